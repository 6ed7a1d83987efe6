import type { Page } from '@playwright/test';
import type { CallInput, CallOutput } from '../../src/contracts/calls.ts';
import { IPC_CALLS, type IpcCalls } from '../../src/contracts/ipc.ts';

type Name = keyof IpcCalls;

/** Calls main through the window's own bridge, as the page does. @throws Error with the fault. */
export async function callMain<N extends Name>(
  page: Page,
  name: N,
  input: Partial<CallInput<IpcCalls, N>>,
): Promise<CallOutput<IpcCalls, N>> {
  const answer = await page.evaluate(
    ([callName, callInput]) => {
      const scope = globalThis as unknown as {
        chariot: {
          call(
            name: string,
            input: unknown,
          ): Promise<{ ok: boolean; value: unknown; fault: unknown }>;
        };
      };
      return scope.chariot.call(callName, callInput);
    },
    [name, input] as const,
  );
  if (!answer.ok) {
    throw new Error(`${name}: ${JSON.stringify(answer.fault)}`);
  }
  return IPC_CALLS[name].output.parse(answer.value) as CallOutput<IpcCalls, N>;
}
