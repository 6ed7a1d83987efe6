import { type Attribute, attributeOctets, readAttributes } from './attributes.ts';
import { isExhausted, list, octetString, part, type Reader, u16, u32 } from './reader.ts';
import { counted, type Octets, sized, w16, w32 } from './writer.ts';

/** Choices of a data APDU (20601): invoke, respond, error, reject. */
export const MESSAGE = {
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

export const REJECT_PROBLEM = { badlyStructured: 2, unrecognizedOperation: 101 } as const;
export const ERROR_VALUE = { noSuchObject: 1 } as const;

export type EventReport = {
  readonly kind: 'event';
  readonly confirmed: boolean;
  readonly handle: number;
  /** RelativeTime of the agent, 125 us; all bits set: not supported. */
  readonly time: number;
  readonly type: number;
  readonly info: Uint8Array;
};

export type DataMessage =
  | EventReport
  | { readonly kind: 'get'; readonly handle: number; readonly attributes: readonly number[] }
  | {
      readonly kind: 'set';
      readonly confirmed: boolean;
      readonly handle: number;
      readonly changes: readonly { readonly operator: number; readonly attribute: Attribute }[];
    }
  | {
      readonly kind: 'action';
      readonly confirmed: boolean;
      readonly handle: number;
      readonly type: number;
      readonly info: Uint8Array;
    }
  | {
      readonly kind: 'eventResult';
      readonly handle: number;
      readonly time: number;
      readonly type: number;
      readonly info: Uint8Array;
    }
  | {
      readonly kind: 'getResult' | 'setResult';
      readonly handle: number;
      readonly attributes: readonly Attribute[];
    }
  | {
      readonly kind: 'actionResult';
      readonly handle: number;
      readonly type: number;
      readonly info: Uint8Array;
    }
  | { readonly kind: 'error'; readonly code: number; readonly info: Uint8Array }
  | { readonly kind: 'reject'; readonly problem: number };

export type DataApdu = { readonly invokeId: number; readonly message: DataMessage };

/** @param reader exactly one data APDU. @returns null where it contradicts itself. */
export function readData(reader: Reader): DataApdu | null {
  const invokeId = u16(reader);
  const choice = u16(reader);
  const inner = part(reader, u16(reader));
  const message = readMessage(choice, inner);
  const whole = isExhausted(inner) && isExhausted(reader);
  return message !== null && whole ? { invokeId, message } : null;
}

function readMessage(choice: number, inner: Reader): DataMessage | null {
  switch (choice) {
    case MESSAGE.event:
    case MESSAGE.confirmedEvent:
      return {
        kind: 'event',
        confirmed: choice === MESSAGE.confirmedEvent,
        handle: u16(inner),
        time: u32(inner),
        type: u16(inner),
        info: octetString(inner),
      };
    case MESSAGE.get:
      return { kind: 'get', handle: u16(inner), attributes: list(inner, u16) };
    case MESSAGE.set:
    case MESSAGE.confirmedSet:
      return readSet(choice === MESSAGE.confirmedSet, inner);
    case MESSAGE.action:
    case MESSAGE.confirmedAction:
      return {
        kind: 'action',
        confirmed: choice === MESSAGE.confirmedAction,
        handle: u16(inner),
        type: u16(inner),
        info: octetString(inner),
      };
    default:
      return readAnswer(choice, inner);
  }
}

function readSet(confirmed: boolean, inner: Reader): DataMessage {
  const handle = u16(inner);
  const changes = list(inner, (entry) => ({
    operator: u16(entry),
    attribute: { id: u16(entry), value: octetString(entry) },
  }));
  return { kind: 'set', confirmed, handle, changes };
}

function readAnswer(choice: number, inner: Reader): DataMessage | null {
  switch (choice) {
    case MESSAGE.eventResult:
      return {
        kind: 'eventResult',
        handle: u16(inner),
        time: u32(inner),
        type: u16(inner),
        info: octetString(inner),
      };
    case MESSAGE.getResult:
      return { kind: 'getResult', handle: u16(inner), attributes: readAttributes(inner) };
    case MESSAGE.setResult:
      return { kind: 'setResult', handle: u16(inner), attributes: readAttributes(inner) };
    case MESSAGE.actionResult:
      return {
        kind: 'actionResult',
        handle: u16(inner),
        type: u16(inner),
        info: octetString(inner),
      };
    case MESSAGE.error:
      return { kind: 'error', code: u16(inner), info: octetString(inner) };
    case MESSAGE.reject:
      return { kind: 'reject', problem: u16(inner) };
    default:
      return null;
  }
}

/** What a manager says: the choice and its argument, without the invoke id. */
export type Spoken = { readonly choice: number; readonly argument: Octets };

export function spoken(invokeId: number, { choice, argument }: Spoken): Octets {
  return [...w16(invokeId), ...w16(choice), ...sized(argument)];
}

export function getAll(handle: number): Spoken {
  return { choice: MESSAGE.get, argument: [...w16(handle), ...counted([])] };
}

export function setAttribute(handle: number, id: number, value: Octets): Spoken {
  const change = [...w16(0), ...attributeOctets(id, value)];
  return { choice: MESSAGE.confirmedSet, argument: [...w16(handle), ...counted([change])] };
}

export function action(handle: number, type: number, info: Octets): Spoken {
  const argument = [...w16(handle), ...w16(type), ...sized(info)];
  return { choice: MESSAGE.confirmedAction, argument };
}

/** @param time RelativeTime of the manager, who keeps none: 0, or all bits set. */
export function eventResult(event: EventReport, time: number, info: Octets): Spoken {
  const argument = [...w16(event.handle), ...w32(time), ...w16(event.type), ...sized(info)];
  return { choice: MESSAGE.eventResult, argument };
}

export function errorResult(code: number): Spoken {
  return { choice: MESSAGE.error, argument: [...w16(code), ...sized([])] };
}

export function rejectResult(problem: number): Spoken {
  return { choice: MESSAGE.reject, argument: w16(problem) };
}
