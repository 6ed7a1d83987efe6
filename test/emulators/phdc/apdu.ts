import { join, list, octets, u8, u16, u32 } from './mder.ts';

/** Outer layer of IEEE 11073-20601: association, release, abort, presentation. */
export const APDU = {
  aarq: 0xe200,
  aare: 0xe300,
  rlrq: 0xe400,
  rlre: 0xe500,
  abrt: 0xe600,
  prst: 0xe700,
} as const;

/** What a presentation APDU carries: an invocation, a result, an error or a rejection. */
export const CHOICE = {
  event: 0x0100,
  confirmedEvent: 0x0101,
  get: 0x0103,
  set: 0x0104,
  confirmedSet: 0x0105,
  action: 0x0106,
  confirmedAction: 0x0107,
  eventResult: 0x0201,
  getResult: 0x0203,
  setResult: 0x0205,
  actionResult: 0x0207,
  error: 0x0300,
  reject: 0x0400,
} as const;

export const ASSOCIATE_RESULT = { accepted: 0, rejectedPermanent: 1, acceptedUnknown: 3 } as const;
export const ABORT_REASON = { undefined: 0, responseTimeout: 2, configTimeout: 3 } as const;
export const RELEASE_REASON = { normal: 0, noMoreConfigs: 1 } as const;
/** RoerErrorValue. */
export const ROER = { noSuchObject: 1, noSuchAction: 9, notAllowed: 24 } as const;
/** RorjProblem. */
export const RORJ = { badlyStructured: 2, unrecognizedOperation: 101 } as const;

const DATA_PROTOCOL_20601 = 0x5079;
const VERSION_1 = 0x8000_0000;
const AGENT = 0x0080_0000;
const MANAGER = 0x8000_0000;
/** Nobody times the events of the agent. */
export const NO_EVENT_TIME = 0xffff_ffff;

export function apdu(choice: number, body: Uint8Array): Uint8Array {
  return join(u16(choice), octets(body));
}

export type AgentIdentity = {
  /** Eight bytes: EUI-64. */
  readonly systemId: Uint8Array;
  readonly configId: number;
  /** A000 offers MDER and PER, 8000 MDER alone. */
  readonly encodingRules: number;
  readonly functionalUnits: number;
  /** Data request modes, then how many agent- and manager-initiated ones run at once. */
  readonly dataRequests: readonly [flags: number, agents: number, managers: number];
};

export function associationRequest(agent: AgentIdentity): Uint8Array {
  const [flags, agents, managers] = agent.dataRequests;
  const information = join(
    u32(VERSION_1),
    u16(agent.encodingRules),
    u32(VERSION_1, agent.functionalUnits, AGENT),
    octets(agent.systemId),
    u16(agent.configId, flags),
    u8(agents, managers),
    u32(0),
  );
  const protocol = join(u16(DATA_PROTOCOL_20601), octets(information));
  return apdu(APDU.aarq, join(u32(VERSION_1), list([protocol])));
}

/** What a manager answers; tests play the manager with it. */
export function associationResponse(result: number, systemId: Uint8Array): Uint8Array {
  const information = join(
    u32(VERSION_1),
    u16(0x8000),
    u32(VERSION_1, 0, MANAGER),
    octets(systemId),
    u16(0, 0, 0, 0, 0),
  );
  return apdu(APDU.aare, join(u16(result, DATA_PROTOCOL_20601), octets(information)));
}

export function releaseRequest(reason: number): Uint8Array {
  return apdu(APDU.rlrq, u16(reason));
}

export function releaseResponse(): Uint8Array {
  return apdu(APDU.rlre, u16(0));
}

export function abort(reason: number): Uint8Array {
  return apdu(APDU.abrt, u16(reason));
}

export function presentation(invokeId: number, choice: number, body: Uint8Array): Uint8Array {
  return apdu(APDU.prst, octets(join(u16(invokeId, choice), octets(body))));
}

export type EventReport = {
  readonly invokeId: number;
  readonly confirmed: boolean;
  readonly handle: number;
  readonly time?: number;
  readonly type: number;
  readonly info: Uint8Array;
};

export function eventReport(event: EventReport): Uint8Array {
  const choice = event.confirmed ? CHOICE.confirmedEvent : CHOICE.event;
  const time = u32(event.time ?? NO_EVENT_TIME);
  const body = join(u16(event.handle), time, u16(event.type), octets(event.info));
  return presentation(event.invokeId, choice, body);
}

export function eventResult(
  invokeId: number,
  event: { readonly handle: number; readonly type: number; readonly time?: number },
  info: Uint8Array,
): Uint8Array {
  const head = join(u16(event.handle), u32(event.time ?? 0), u16(event.type));
  return presentation(invokeId, CHOICE.eventResult, join(head, octets(info)));
}

export function actionInvoke(
  invokeId: number,
  handle: number,
  type: number,
  info: Uint8Array,
): Uint8Array {
  return presentation(invokeId, CHOICE.confirmedAction, join(u16(handle, type), octets(info)));
}

export function actionResult(
  invokeId: number,
  handle: number,
  type: number,
  info: Uint8Array,
): Uint8Array {
  return presentation(invokeId, CHOICE.actionResult, join(u16(handle, type), octets(info)));
}

/** Attributes asked for by id; none asks for all. */
export function getInvoke(invokeId: number, handle: number, ids: readonly number[] = []) {
  return presentation(invokeId, CHOICE.get, join(u16(handle), list(ids.map((id) => u16(id)))));
}

export function errorResult(invokeId: number, value: number): Uint8Array {
  return presentation(invokeId, CHOICE.error, join(u16(value), octets(new Uint8Array(0))));
}

export function rejectResult(invokeId: number, problem: number): Uint8Array {
  return presentation(invokeId, CHOICE.reject, u16(problem));
}
