import {
  type Fault,
  type FaultCode,
  failed,
  fault,
  ok,
  type Result,
} from '../../contracts/faults.ts';
import { isGone, isTimeout, textOf } from './failure.ts';

/** The one end that a transport has, however many reasons for it come together. */
export type Lifetime = {
  /** Aborts when the end begins. */
  readonly signal: AbortSignal;
  /** See Transport. Resolves after everything was released. */
  readonly closed: Promise<Fault | null>;
  /** The first reason counts. */
  end(reason: Fault | null): Promise<void>;
};

/** @param release lets go of the device, once; what it throws is of no use to anyone any more. */
export function createLifetime(release: () => Promise<void>): Lifetime {
  const ending = new AbortController();
  let resolveClosed: (reason: Fault | null) => void = () => {};
  const closed = new Promise<Fault | null>((resolve) => {
    resolveClosed = resolve;
  });
  return {
    signal: ending.signal,
    closed,
    end: async (reason) => {
      if (!ending.signal.aborted) {
        ending.abort();
        void release()
          .catch(() => undefined)
          .then(() => resolveClosed(reason));
      }
      await closed;
    },
  };
}

/** Runs jobs one after the other: the libraries refuse a second transfer on a busy endpoint. */
export function createTurnstile(): <T>(job: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const turn = last.then(job);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** A call that fails because the device is gone may be the first that tells it: it ends the life. */
export async function attempt<T>(life: Lifetime, job: () => Promise<T>): Promise<Result<T>> {
  if (life.signal.aborted) {
    return failed('DEVICE_UNPLUGGED');
  }
  try {
    return ok(await job());
  } catch (error) {
    if (life.signal.aborted || isGone(error)) {
      void life.end(fault('DEVICE_UNPLUGGED'));
      return failed('DEVICE_UNPLUGGED');
    }
    return failed(transferFault(error));
  }
}

function transferFault(error: unknown): FaultCode {
  const text = textOf(error);
  if (/stall|EPIPE|broken pipe/i.test(text)) {
    return 'DEVICE_REJECTED_COMMAND';
  }
  return isTimeout(error) ? 'DEVICE_NO_ANSWER' : 'DEVICE_TRANSPORT_FAILED';
}
