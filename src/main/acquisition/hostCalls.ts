import { type CallClient, createClient } from '../../contracts/calls.ts';
import { failed, type Result } from '../../contracts/faults.ts';
import { HOST_CALLS, type HostCalls } from '../../contracts/hostControl.ts';

const CALL_TIMEOUT_MS = 8_000;
/** Several adapters may ask in turn; a device may take its time to hand over what it stored. */
const SLOW_CALL_TIMEOUT_MS = 120_000;
const SLOW_CALLS: ReadonlySet<string> = new Set(['identify', 'command']);

/** Calls to the device host: each ends with an answer, with the host's end, or with the time-out. */
export type HostCallBook = {
  readonly calls: CallClient<HostCalls>;
  answer(id: number, result: Result<unknown>): void;
  /** The host is gone: nothing under way will be answered. */
  failAll(): void;
};

/** @param post hands a message to the running host; false when there is none. */
export function createHostCalls(post: (message: object) => boolean): HostCallBook {
  const waiting = new Map<number, (result: Result<unknown>) => void>();
  let lastId = 0;

  function send(name: string, input: unknown): Promise<Result<unknown>> {
    const id = ++lastId;
    const limitMs = SLOW_CALLS.has(name) ? SLOW_CALL_TIMEOUT_MS : CALL_TIMEOUT_MS;
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(failed('DEVICE_HOST_UNAVAILABLE')), limitMs);
      const finish = (result: Result<unknown>): void => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(result);
      };
      waiting.set(id, finish);
      if (!post({ kind: 'call', id, name, input })) {
        finish(failed('DEVICE_HOST_UNAVAILABLE'));
      }
    });
  }

  return {
    calls: createClient(HOST_CALLS, send, 'IPC_OUTPUT_INVALID'),
    answer: (id, result) => waiting.get(id)?.(result),
    failAll: () => {
      for (const finish of waiting.values()) {
        finish(failed('DEVICE_HOST_UNAVAILABLE'));
      }
    },
  };
}
