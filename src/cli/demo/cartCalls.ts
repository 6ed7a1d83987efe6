import type { Page } from 'playwright-core';
import { z } from 'zod';
import type { DeviceCommand } from '../../contracts/devices.ts';
import { IPC_CALLS } from '../../contracts/ipc.ts';

const AnswerSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), fault: z.object({ code: z.string() }) }),
]);

/** Calls main through the window's own bridge, as the page does. @throws Error with the fault. */
async function call(page: Page, name: string, input: object): Promise<unknown> {
  const answer = AnswerSchema.parse(
    await page.evaluate(
      ([callName, callInput]) => {
        const scope = globalThis as unknown as {
          chariot: { call(name: string, input: unknown): Promise<unknown> };
        };
        return scope.chariot.call(callName, callInput);
      },
      [name, input] as const,
    ),
  );
  if (!answer.ok) {
    throw new Error(`${name}: ${answer.fault.code}`);
  }
  return answer.value;
}

export async function appInfo(page: Page) {
  return IPC_CALLS.appInfo.output.parse(await call(page, 'appInfo', {}));
}

export async function listDevices(page: Page) {
  return IPC_CALLS.listDevices.output.parse(await call(page, 'listDevices', {}));
}

export async function hubAccess(page: Page) {
  return IPC_CALLS.hubAccess.output.parse(await call(page, 'hubAccess', {}));
}

/** Sends a command to the one device of the demonstration. */
export async function commandDevice(page: Page, command: 'start' | 'stop'): Promise<void> {
  const [device] = await listDevices(page);
  const wanted: DeviceCommand = { command };
  await call(page, 'commandDevice', { deviceId: device?.deviceId ?? '', command: wanted });
}
