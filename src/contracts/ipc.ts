import { z } from 'zod';
import type { CallTable } from './calls.ts';
import { CaptureSchema, SavedCaptureSchema } from './captures.ts';
import { DeviceCommandSchema, DeviceStatusSchema } from './devices.ts';
import { FaultSchema } from './faults.ts';
import { HOST_CALLS } from './hostControl.ts';
import type { Role } from './roles.ts';
import { SettingsSchema } from './settings.ts';

const BEDSIDE: readonly Role[] = ['nurse', 'technician'];
const Empty = z.object({});

export const HubAccessSchema = z.object({
  /** wss URL of the signalling socket. */
  signallingUrl: z.url(),
  token: z.string(),
  peerId: z.string(),
  room: z.string(),
  /** What the physician opens; holds the physician's own token in its fragment. */
  physicianUrl: z.url(),
});
export type HubAccess = z.infer<typeof HubAccessSchema>;

export const HubStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting') }),
  z.object({ state: z.literal('up') }),
  z.object({ state: z.literal('down'), reason: FaultSchema }),
]);
export type HubState = z.infer<typeof HubStateSchema>;

/** What a window may ask main. */
export const IPC_CALLS = {
  appInfo: {
    roles: BEDSIDE,
    input: Empty,
    output: z.object({
      version: z.string(),
      electron: z.string(),
      chromium: z.string(),
      node: z.string(),
      sqlite: z.string().nullable(),
      /** True on the stand-in runtime of development and tests. */
      testRuntime: z.boolean(),
    }),
  },
  getSettings: { roles: BEDSIDE, input: Empty, output: SettingsSchema },
  setSettings: { roles: BEDSIDE, input: SettingsSchema, output: SettingsSchema },
  listDevices: { roles: BEDSIDE, input: Empty, output: z.array(DeviceStatusSchema) },
  commandDevice: {
    roles: BEDSIDE,
    input: z.object({ deviceId: z.string(), command: DeviceCommandSchema }),
    output: Empty,
  },
  /** What is plugged in, known or not. */
  listSightings: {
    roles: BEDSIDE,
    input: Empty,
    output: HOST_CALLS.listSightings.output,
  },
  reconnectDevice: { roles: BEDSIDE, input: z.object({ deviceId: z.string() }), output: Empty },
  setTrace: { roles: BEDSIDE, input: HOST_CALLS.setTrace.input, output: Empty },
  readTrace: {
    roles: BEDSIDE,
    input: HOST_CALLS.readTrace.input,
    output: HOST_CALLS.readTrace.output,
  },
  /** Keeps a picture or a sound for good; answered once it is on the disk. */
  saveCapture: { roles: BEDSIDE, input: CaptureSchema, output: SavedCaptureSchema },
  /** Asks for a stream port; it arrives on IPC_STREAM_CHANNEL, again after each host restart. */
  openStream: { roles: BEDSIDE, input: Empty, output: Empty },
  hubAccess: { roles: BEDSIDE, input: Empty, output: HubAccessSchema },
  hubState: { roles: BEDSIDE, input: Empty, output: HubStateSchema },
  /** Said once, when the first sample was drawn: the end of the start-up that is measured. */
  firstTrace: { roles: BEDSIDE, input: Empty, output: Empty },
  copyPhysicianLink: { roles: BEDSIDE, input: Empty, output: Empty },
} as const satisfies CallTable;
export type IpcCalls = typeof IPC_CALLS;

/** What main tells a window unasked. */
export const IpcNoticeSchema = z.discriminatedUnion('notice', [
  z.object({ notice: z.literal('device'), status: DeviceStatusSchema }),
  z.object({ notice: z.literal('hub'), hub: HubStateSchema }),
  z.object({ notice: z.literal('host'), host: z.enum(['up', 'restarting']) }),
  /** The record is in trouble, or (null) out of it again. `lostBlocks` were not recorded. */
  z.object({
    notice: z.literal('recording'),
    fault: FaultSchema.nullable(),
    lostBlocks: z.number().int().nonnegative(),
  }),
  /** Something was plugged in or out. */
  z.object({ notice: z.literal('plugged') }),
  z.object({ notice: z.literal('fault'), fault: FaultSchema }),
]);
export type IpcNotice = z.infer<typeof IpcNoticeSchema>;
