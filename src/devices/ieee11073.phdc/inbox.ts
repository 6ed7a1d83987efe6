import { encodePresentation } from './apdu.ts';
import {
  type DataApdu,
  ERROR_VALUE,
  type EventReport,
  errorResult,
  eventResult,
  REJECT_PROBLEM,
  rejectResult,
  spoken,
} from './data.ts';
import type { Octets } from './writer.ts';

/** What became of an event: the answer to the agent follows from it. */
export type Verdict =
  | { readonly kind: 'taken'; readonly info?: Octets; readonly time?: number }
  /** Not now: left unanswered, so that the agent keeps it, and shown again by `resume`. */
  | { readonly kind: 'held' }
  | { readonly kind: 'malformed' | 'unknownObject' };

type EventListener = (event: EventReport, readAtNs: bigint) => Verdict;

/** Events of an operating agent: each is answered once, and the same one again in the same way. */
export type Inbox = {
  accept(data: DataApdu, event: EventReport, readAtNs: bigint): void;
  /** Shows again what was held. */
  resume(): void;
  /** The association is over: the agent keeps what was not answered. */
  clear(): void;
};

type Options = {
  readonly send: (bytes: Uint8Array) => void;
  readonly onBad: (count: number) => void;
  readonly listener: EventListener;
};

const MAX_HELD = 64;

type Held = { readonly data: DataApdu; readonly event: EventReport; readonly readAtNs: bigint };

export function createInbox({ send, onBad, listener }: Options): Inbox {
  let held: Held[] = [];
  /**
   * The last event and its answer: an agent that missed the answer sends the same again. An invoke id
   * that comes twice in a row with the same contents is one message, confirmed or not.
   */
  let last: { readonly key: Key; readonly reply: Uint8Array | null } | null = null;

  function show({ data, event, readAtNs }: Held): void {
    const key = keyOf(data, event);
    const verdict = listener(event, readAtNs);
    last = { key, reply: null };
    if (verdict.kind === 'held') {
      // The message lies in the transport's memory, which is only lent.
      held.push({ data, event: { ...event, info: event.info.slice() }, readAtNs });
      held = held.slice(-MAX_HELD);
      return;
    }
    if (verdict.kind !== 'taken') {
      onBad(1);
    }
    if (event.confirmed) {
      const reply = encodePresentation(spoken(data.invokeId, answerTo(verdict, event)));
      last = { key, reply };
      send(reply);
    }
  }

  return {
    accept: (data, event, readAtNs) => {
      if (last === null || !isKey(last.key, data, event)) {
        show({ data, event, readAtNs });
      } else if (last.reply !== null) {
        send(last.reply);
      }
    },
    resume: () => {
      const waiting = held;
      held = [];
      for (const one of waiting) {
        show(one);
      }
    },
    clear: () => {
      held = [];
      last = null;
    },
  };
}

function answerTo(verdict: Exclude<Verdict, { kind: 'held' }>, event: EventReport) {
  if (verdict.kind === 'taken') {
    return eventResult(event, verdict.time ?? 0, verdict.info ?? []);
  }
  return verdict.kind === 'malformed'
    ? rejectResult(REJECT_PROBLEM.badlyStructured)
    : errorResult(ERROR_VALUE.noSuchObject);
}

/** What makes an event the same one again: its invoke id and all that it says. */
type Key = Pick<EventReport, 'handle' | 'type' | 'time' | 'info'> & { readonly invokeId: number };

function keyOf({ invokeId }: DataApdu, { handle, type, time, info }: EventReport): Key {
  return { invokeId, handle, type, time, info: info.slice() };
}

function isKey(key: Key, { invokeId }: DataApdu, event: EventReport): boolean {
  return (
    key.invokeId === invokeId &&
    key.handle === event.handle &&
    key.type === event.type &&
    key.time === event.time &&
    sameBytes(key.info, event.info)
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
