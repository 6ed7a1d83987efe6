import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { Agent, AgentListener, Manager, ManagerState } from './agent.ts';
import {
  ABORT_REASON,
  type Apdu,
  ASSOCIATE_RESULT,
  encodeAbort,
  encodeAssociateResponse,
  encodePresentation,
  encodeRelease,
  parseApdu,
} from './apdu.ts';
import { type Decision, decide, isUsable } from './association.ts';
import { type Configuration, readConfigReport } from './configuration.ts';
import {
  type DataApdu,
  type EventReport,
  eventResult,
  getAll,
  REJECT_PROBLEM,
  rejectResult,
  type Spoken,
  spoken,
} from './data.ts';
import { createInbox } from './inbox.ts';
import { readMds } from './mds.ts';
import { EVENT } from './nomenclature.ts';
import { createRequests } from './requests.ts';
import { createWaiting } from './waiting.ts';
import { type Octets, w16 } from './writer.ts';

/** Locally administered EUI-64: this software has no number of its own. */
const SYSTEM_ID: Octets = [0x02, 0x43, 0x48, 0x41, 0x52, 0x49, 0x4f, 0x54];

/** 20601: an agent reports its configuration within ten seconds. */
const CONFIGURATION_MS = 10_000;
/** Silence this long: the agent may still believe in an association with a host that died. */
const STALE_MS = 2_500;
const RELEASE_MS = 3_000;
type Request = Extract<Apdu, { kind: 'aarq' }>;

type Options = {
  readonly time: HostTime;
  readonly send: (bytes: Uint8Array) => void;
  /** Transfers or parts of them that were refused. */
  readonly onBad: (count: number) => void;
};

export function createManager({ time, send, onBad }: Options): Manager {
  const requests = createRequests({ time, send });
  let state: ManagerState = 'unassociated';
  let accepting = false;
  let decision: Decision | null = null;
  let agent: Agent | null = null;
  let listener: AgentListener | null = null;
  let heldRequest: Request | null = null;
  let strayAborted = false;
  let cancelTimer: () => void = () => {};
  const inbox = createInbox({
    send,
    onBad,
    listener: (event, readAtNs) =>
      agent === null || listener === null
        ? { kind: 'held' }
        : listener.onEvent(event, agent, readAtNs),
  });
  const waiting = createWaiting<Agent>(time);

  const tell = (invokeId: number, what: Spoken): void =>
    send(encodePresentation(spoken(invokeId, what)));

  function leave(why: Fault): void {
    const wasIdentified = agent !== null;
    cancelTimer();
    state = 'unassociated';
    agent = null;
    decision = null;
    inbox.clear();
    requests.end(why);
    if (wasIdentified) {
      listener?.onGone(why);
    }
  }

  function abort(reason: number, why: Fault): void {
    send(encodeAbort(reason));
    leave(why);
    waiting.settle({ ok: false, fault: why });
  }

  function onRequest(apdu: Request): void {
    strayAborted = false;
    if (state !== 'unassociated') {
      // The agent began anew without a word: what it was asked before is void.
      leave(fault('DEVICE_SAID_ABORT', { reason: 'associated anew' }));
    }
    if (!accepting) {
      heldRequest = apdu;
      return;
    }
    const decided = decide(apdu);
    const { result, protocolVersion } = decided;
    send(encodeAssociateResponse({ result, protocolVersion, systemId: SYSTEM_ID }));
    if (result === ASSOCIATE_RESULT.accepted && decided.configuration !== null) {
      decision = decided;
      void identify(decided, decided.configuration);
    } else if (result === ASSOCIATE_RESULT.acceptedUnknownConfig) {
      decision = decided;
      state = 'waitingForConfiguration';
      cancelTimer = time.after(CONFIGURATION_MS, () =>
        abort(
          ABORT_REASON.configurationTimeout,
          fault('DEVICE_NO_ANSWER', { what: 'configuration' }),
        ),
      );
    } else {
      waiting.settle(failed('DEVICE_WRONG_IDENTITY', { reason: result }));
    }
  }

  async function identify(decided: Decision, configuration: Configuration): Promise<void> {
    state = 'operating';
    const answer = await requests.ask(getAll(0), { repeatable: true });
    if (decision !== decided) {
      return;
    }
    const refusedToTell = !answer.ok && answer.fault.code === 'DEVICE_REJECTED_COMMAND';
    if (!answer.ok && !refusedToTell) {
      abort(ABORT_REASON.responseTimeout, answer.fault);
      return;
    }
    const told = answer.ok && answer.value.kind === 'getResult' ? answer.value.attributes : [];
    agent = {
      systemId: decided.systemId,
      configuration,
      mds: readMds(told),
      toldAt: time.wallClock(),
    };
    waiting.settle(ok(agent));
    listener?.onBack(agent);
    inbox.resume();
  }

  function onConfiguration(data: DataApdu, event: EventReport, decided: Decision): void {
    const configuration = readConfigReport(event.info);
    if (configuration === null || configuration.id !== decided.configurationId) {
      onBad(1);
      tell(data.invokeId, rejectResult(REJECT_PROBLEM.badlyStructured));
      return;
    }
    const usable = isUsable(configuration);
    const info = [...w16(configuration.id), ...w16(usable ? 0 : 1)];
    tell(data.invokeId, eventResult(event, 0, info));
    if (usable) {
      cancelTimer();
      void identify(decided, configuration);
    } else {
      waiting.settle(failed('DEVICE_WRONG_IDENTITY', { configuration: configuration.id }));
    }
  }

  function onEvent(data: DataApdu, event: EventReport, readAtNs: bigint): void {
    if (state === 'waitingForConfiguration' && decision !== null) {
      if (event.type === EVENT.configuration) {
        onConfiguration(data, event, decision);
      } else {
        onBad(1);
      }
      return;
    }
    inbox.accept(data, event, readAtNs);
  }

  function onData(data: DataApdu, readAtNs: bigint): void {
    const { message } = data;
    switch (message.kind) {
      case 'event':
        onEvent(data, message, readAtNs);
        return;
      case 'get':
      case 'set':
      case 'action':
        tell(data.invokeId, rejectResult(REJECT_PROBLEM.unrecognizedOperation));
        return;
      case 'eventResult':
      case 'getResult':
      case 'setResult':
      case 'actionResult':
      case 'error':
      case 'reject':
        if (!requests.answer(data)) {
          onBad(1);
          requests.damaged();
        }
    }
  }

  function onPresentation(data: DataApdu, readAtNs: bigint): void {
    if (state === 'waitingForConfiguration' || state === 'operating') {
      onData(data, readAtNs);
    } else if (accepting) {
      abortStray();
    }
  }

  function onGoodbye(kind: 'rlrq' | 'rlre' | 'abrt', reason: number): void {
    if (kind === 'rlrq') {
      send(encodeRelease('rlre'));
    }
    const said = kind === 'abrt' ? `abort ${reason}` : 'release';
    const why = fault('DEVICE_SAID_ABORT', { reason: said });
    const wasAssociated = state !== 'unassociated';
    leave(why);
    if (wasAssociated) {
      waiting.settle({ ok: false, fault: why });
    }
  }

  function receive(bytes: Uint8Array, readAtNs: bigint): void {
    const parsed = parseApdu(isAnswer(bytes) ? bytes.slice() : bytes);
    if (!parsed.ok) {
      onBad(1);
      requests.damaged();
      return;
    }
    const { apdu } = parsed;
    switch (apdu.kind) {
      case 'prst':
        onPresentation(apdu.data, readAtNs);
        return;
      case 'aarq':
        onRequest(apdu);
        return;
      case 'aare':
        onBad(1);
        return;
      case 'rlrq':
      case 'rlre':
      case 'abrt':
        onGoodbye(apdu.kind, apdu.reason);
    }
  }

  /** An agent that still believes in an association with a host that died is made to begin anew. */
  function abortStray(): void {
    if (state === 'unassociated' && !strayAborted) {
      strayAborted = true;
      send(encodeAbort(ABORT_REASON.undefined));
    }
  }

  async function associate(timeoutMs: number): Promise<Result<Agent>> {
    accepting = true;
    if (agent !== null && state === 'operating') {
      return ok(agent);
    }
    const cancelStale = time.after(Math.min(STALE_MS, timeoutMs / 2), abortStray);
    const associated = waiting.wait(timeoutMs, () =>
      // An association under way has time limits of its own, and they say what is missing.
      state === 'unassociated' || state === 'disassociating'
        ? failed('DEVICE_NO_ANSWER', { what: 'association' })
        : null,
    );
    const kept = heldRequest;
    heldRequest = null;
    if (kept !== null) {
      // However old: an agent that waits no more answers with an abort, and asks again.
      onRequest(kept);
    }
    const result = await associated;
    cancelStale();
    return result;
  }

  async function release(): Promise<void> {
    accepting = false;
    if (state === 'unassociated' || state === 'disassociating') {
      return;
    }
    leave(fault('DEVICE_SAID_ABORT', { reason: 'released by the host' }));
    state = 'disassociating';
    cancelTimer = time.after(RELEASE_MS, () => {
      if (state === 'disassociating') {
        abort(ABORT_REASON.responseTimeout, fault('DEVICE_NO_ANSWER', { what: 'release' }));
      }
    });
    send(encodeRelease('rlrq'));
  }

  return {
    state: () => state,
    agent: () => agent,
    receive,
    associate,
    ask: (what, options) => requests.ask(what, options),
    hear: (next) => {
      listener = next;
      inbox.resume();
    },
    resume: () => inbox.resume(),
    release,
    abort,
    end: () => {
      accepting = false;
      listener = null;
      heldRequest = null;
      leave(fault('DEVICE_UNPLUGGED'));
      waiting.settle(failed('DEVICE_UNPLUGGED'));
    },
  };
}

/** An answer is read after `receive` has returned, when the transfer's memory is no longer lent. */
function isAnswer(bytes: Uint8Array): boolean {
  return bytes[0] === 0xe7 && (bytes[8] ?? 0) >= 2;
}
