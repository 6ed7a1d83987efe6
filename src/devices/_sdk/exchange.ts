import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import { type HostTime, pause } from './time.ts';
import type { Transport } from './transport.ts';

/**
 * What a reader makes of the bytes heard so far. reply: whole and believed. damaged: what came failed
 * its check; asking again may help. refused: the device answered, and asking again is of no use.
 */
export type Verdict<T> =
  | { readonly kind: 'reply'; readonly value: T }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'refused'; readonly fault: Fault };

/** Fed with each chunk in turn. @returns null while the reply is not whole. */
export type ReplyReader<T> = (bytes: Uint8Array, readAtNs: bigint) => Verdict<T> | null;

export type Question<T> = {
  /** How faults call it; never data of a person. */
  readonly name: string;
  /** Written in this order; on HID each is one report. */
  readonly send: readonly Uint8Array[];
  /** A fresh reader for each attempt. */
  readonly reader: () => ReplyReader<T>;
  /** Longest silence while waiting; heard bytes begin it anew, up to 20 times as long in all. */
  readonly timeoutMs: number;
  /** How often it is asked at most, after silence or damage. */
  readonly attempts?: number;
};

/** The part of a transport that a conversation needs. */
export type Line = Pick<Transport, 'readable' | 'writable' | 'closed'>;

export type Exchange = {
  /**
   * One question, one answer. Fails with DEVICE_NO_ANSWER {to, waitedMs}, DEVICE_PROTOCOL {to,
   * attempts} when every answer was damaged, the fault of a refusal, or why the line went away.
   */
  ask<T>(question: Question<T>): Promise<Result<T>>;
};

export type ExchangeOptions = {
  readonly line: Line;
  readonly time: HostTime;
  /** Gives up at once; the answer is then DEVICE_NO_ANSWER. */
  readonly signal: AbortSignal;
  /** A damaged answer was heard. */
  readonly onDamaged: () => void;
  /** After a failed attempt the line is let run dry for so long, ms. */
  readonly settleMs: number;
};

const ATTEMPTS = 3;
/** A line that chatters without an answer is no answer. */
const CHATTER_TIMEOUTS = 20;

type Outcome<T> = Verdict<T> | { readonly kind: 'silence' };

/**
 * Asks and waits, one question at a time. A late answer to an earlier attempt must not be taken for
 * the answer to the next question: what is waiting is thrown away before each question, and after an
 * attempt that failed the line is given time to run dry.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  const { line, time, signal, settleMs } = options;
  let gone: Fault | null = null;
  let onGone: (why: Fault) => void = () => {};
  void line.closed.then((end) => {
    gone = end ?? fault('DEVICE_UNPLUGGED');
    onGone(gone);
  });

  /** Lets the line run dry: `ms` long, and as long again after each thing heard, `heard` at most. */
  async function settle(ms: number, heard: number): Promise<void> {
    for (let more = true, left = heard; more && !signal.aborted; left--) {
      more = false;
      const stop = line.readable.listen(() => {
        more = left > 0;
      });
      await pause(time, ms, signal);
      stop();
    }
  }

  function attemptOnce<T>(question: Question<T>): Promise<Outcome<T>> {
    return new Promise((resolve) => {
      const read = question.reader();
      let open = true;
      let asked = false;
      const finish = (outcome: Outcome<T>): void => {
        if (open) {
          open = false;
          cancel();
          cancelLimit();
          stop();
          signal.removeEventListener('abort', onAbort);
          onGone = () => {};
          resolve(outcome);
        }
      };
      const onAbort = (): void => finish({ kind: 'silence' });
      let cancel = time.after(question.timeoutMs, onAbort);
      const cancelLimit = time.after(question.timeoutMs * CHATTER_TIMEOUTS, onAbort);
      const stop = line.readable.listen((bytes, readAtNs) => {
        // Before it was asked nothing is an answer: a transport hands over first what it kept.
        if (!open || !asked) {
          return;
        }
        const verdict = read(bytes, readAtNs);
        if (verdict === null) {
          cancel();
          cancel = time.after(question.timeoutMs, onAbort);
        } else {
          finish(verdict);
        }
      });
      asked = true;
      signal.addEventListener('abort', onAbort);
      onGone = (why) => finish({ kind: 'refused', fault: why });
      if (signal.aborted) {
        onAbort();
      } else if (gone !== null) {
        onGone(gone);
      }
      void writeAll(line, question.send, () => open).then((written) => {
        if (!written.ok) {
          finish({ kind: 'refused', fault: written.fault });
        }
      });
    });
  }

  async function ask<T>(question: Question<T>): Promise<Result<T>> {
    const attempts = question.attempts ?? ATTEMPTS;
    let last: 'silence' | 'damaged' = 'silence';
    let silences = 0;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const outcome = await attemptOnce(question);
      if (outcome.kind === 'refused') {
        return { ok: false, fault: outcome.fault };
      }
      if (outcome.kind === 'reply') {
        if (silences > 0) {
          // The answers to what was asked before come as late as this one did.
          await settle(question.timeoutMs + settleMs, silences);
        } else if (attempt > 1) {
          await settle(settleMs, 0);
        }
        return ok(outcome.value);
      }
      if (signal.aborted) {
        break;
      }
      last = outcome.kind;
      if (last === 'damaged') {
        options.onDamaged();
      } else {
        silences++;
      }
      await settle(settleMs, 0);
    }
    return last === 'damaged'
      ? failed('DEVICE_PROTOCOL', { to: question.name, attempts })
      : failed('DEVICE_NO_ANSWER', { to: question.name, waitedMs: question.timeoutMs });
  }

  return { ask };
}

async function writeAll(
  line: Line,
  chunks: readonly Uint8Array[],
  isOpen: () => boolean,
): Promise<Result<void>> {
  for (const chunk of chunks) {
    const written = isOpen() ? await line.writable.write(chunk) : ok(undefined);
    if (!written.ok) {
      return written;
    }
  }
  return ok(undefined);
}
