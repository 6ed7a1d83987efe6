import { type Fault, failed, ok, type Result } from '../../contracts/faults.ts';
import type { HostTime } from '../_sdk/time.ts';
import { encodePresentation } from './apdu.ts';
import { type DataApdu, type DataMessage, type Spoken, spoken } from './data.ts';

/** 20601 gives an agent three seconds for a get, a set or an action. */
export const RESPONSE_MS = 3_000;
const ATTEMPTS = 3;

export type RequestOptions = {
  readonly timeoutMs?: number;
  /** True: asking twice does no harm, so a damaged answer is asked for again. */
  readonly repeatable: boolean;
};

type Outcome =
  | { readonly kind: 'answer'; readonly message: DataMessage }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'late' }
  | { readonly kind: 'ended'; readonly fault: Fault };

export type Requests = {
  /**
   * One question at a time. Fails with DEVICE_NO_ANSWER, DEVICE_PROTOCOL (answers that were never
   * whole), DEVICE_REJECTED_COMMAND (the agent's own refusal) or the fault of `end`.
   */
  ask(what: Spoken, options: RequestOptions): Promise<Result<DataMessage>>;
  /** An answer came. @returns false: nobody had asked for it. */
  answer(data: DataApdu): boolean;
  /** Something came that failed its check; it may have been the answer. */
  damaged(): void;
  /** The association is over. */
  end(fault: Fault): void;
};

type Options = {
  readonly time: HostTime;
  readonly send: (bytes: Uint8Array) => void;
};

export function createRequests({ time, send }: Options): Requests {
  let invokeId = 0;
  let pending: { readonly id: number; readonly settle: (outcome: Outcome) => void } | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  /** Counts the associations: what waited in the queue for an old one is not asked of a new one. */
  let life = 0;
  let lastEnd: Fault = { code: 'DEVICE_NO_ANSWER' };

  function attempt(what: Spoken, timeoutMs: number): Promise<Outcome> {
    return new Promise((resolve) => {
      invokeId = (invokeId + 1) & 0xffff;
      const cancel = time.after(timeoutMs, () => settle({ kind: 'late' }));
      const settle = (outcome: Outcome): void => {
        cancel();
        pending = null;
        resolve(outcome);
      };
      pending = { id: invokeId, settle };
      send(encodePresentation(spoken(invokeId, what)));
    });
  }

  async function run(
    what: Spoken,
    { timeoutMs = RESPONSE_MS, repeatable }: RequestOptions,
    bornIn: number,
  ): Promise<Result<DataMessage>> {
    for (let tries = 1; ; tries++) {
      if (bornIn !== life) {
        return { ok: false, fault: lastEnd };
      }
      const outcome = await attempt(what, timeoutMs);
      switch (outcome.kind) {
        case 'answer':
          return judge(outcome.message);
        case 'ended':
          return { ok: false, fault: outcome.fault };
        case 'late':
          return failed('DEVICE_NO_ANSWER', { choice: what.choice.toString(16) });
        case 'damaged':
          if (!repeatable || tries === ATTEMPTS) {
            return failed('DEVICE_PROTOCOL', { choice: what.choice.toString(16) });
          }
      }
    }
  }

  return {
    ask: (what, options) => {
      const bornIn = life;
      const result = queue.then(() => run(what, options, bornIn));
      queue = result;
      return result;
    },
    answer: (data) => {
      if (pending === null || pending.id !== data.invokeId) {
        return false;
      }
      pending.settle({ kind: 'answer', message: data.message });
      return true;
    },
    damaged: () => pending?.settle({ kind: 'damaged' }),
    end: (fault) => {
      life++;
      lastEnd = fault;
      pending?.settle({ kind: 'ended', fault });
    },
  };
}

function judge(message: DataMessage): Result<DataMessage> {
  if (message.kind === 'error') {
    return failed('DEVICE_REJECTED_COMMAND', { said: `error ${message.code}` });
  }
  return message.kind === 'reject'
    ? failed('DEVICE_REJECTED_COMMAND', { said: `reject ${message.problem}` })
    : ok(message);
}
