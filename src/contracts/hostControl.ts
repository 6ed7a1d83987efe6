import { z } from 'zod';
import type { CallTable } from './calls.ts';
import {
  DeviceCalibrationSchema,
  DeviceCommandSchema,
  DeviceEventSchema,
  DeviceIdentitySchema,
  DeviceStatusSchema,
  TransportAddressSchema,
} from './devices.ts';
import { FaultSchema } from './faults.ts';
import type { Role } from './roles.ts';
import { TraceEntrySchema } from './trace.ts';

/** Main is the only caller; it speaks for whoever it has checked before. */
const MAIN: readonly Role[] = ['technician'];
const Empty = z.object({});

export const DeviceRequestSchema = z.object({
  adapterId: z.string().min(1),
  address: TransportAddressSchema,
});
export type DeviceRequest = z.infer<typeof DeviceRequestSchema>;

export const OpenDeviceSchema = DeviceRequestSchema.extend({
  /**
   * No earlier host used this epoch of the stream or a later one: then the device may stream before
   * the recording was read to its end. Blocks whose epoch the file turns out to hold already are
   * refused by the record, and told.
   */
  firstEpoch: z.number().int().nonnegative().default(0),
  /** What an earlier host answered as `deviceId` to the same request: the device keeps that name. */
  knownAs: z.string().min(1).nullable().default(null),
  /** All that are stored for devices of this adapter; the device's own one is taken. */
  calibrations: z.array(DeviceCalibrationSchema).default([]),
});
export type OpenDevice = z.infer<typeof OpenDeviceSchema>;

/** Something that is plugged in, as the operating system shows it; null: not told. */
export const SightingSchema = z.object({
  address: TransportAddressSchema,
  vendorId: z.string().nullable(),
  productId: z.string().nullable(),
  manufacturer: z.string().nullable(),
  product: z.string().nullable(),
  serialNumber: z.string().nullable(),
  /** Adapters that may speak to it, likeliest first. Only a probe proves it. */
  candidates: z.array(z.object({ adapterId: z.string(), score: z.number() })),
});
export type Sighting = z.infer<typeof SightingSchema>;

/** The key of one sealed recording, for the host's memory only: it is never logged and never told back. */
export const RecordingKeySchema = z.object({
  /** As in `SealedHeader` of src/record. */
  fileId: z.string().regex(/^[0-9a-f]{32}$/),
  wrapGeneration: z.number().int().nonnegative(),
  /** 60 bytes. */
  wrappedKey: z.base64().length(80),
  /** 32 bytes. */
  key: z.base64().length(44),
});
export type RecordingKey = z.infer<typeof RecordingKeySchema>;

/** Entries that one request of a trace answers at most. */
export const TRACE_PAGE = 500;

/** What main may ask the device host. */
export const HOST_CALLS = {
  /** Opens, identifies and starts the device, and keeps trying while it is away. Idempotent. */
  openDevice: {
    roles: MAIN,
    input: OpenDeviceSchema,
    output: z.object({ deviceId: z.string() }),
  },
  closeDevice: { roles: MAIN, input: z.object({ deviceId: z.string() }), output: Empty },
  command: {
    roles: MAIN,
    input: z.object({ deviceId: z.string(), command: DeviceCommandSchema }),
    output: Empty,
  },
  /** Whom the device is with: an opaque mark of the resident, or null. */
  bindDevice: {
    roles: MAIN,
    input: z.object({ deviceId: z.string(), binding: z.string().min(1).nullable() }),
    output: Empty,
  },
  /** Lets go of the device and begins with it again. */
  reconnectDevice: { roles: MAIN, input: z.object({ deviceId: z.string() }), output: Empty },
  /** What is plugged in. `faults`: kinds of device that could not be looked for. */
  listSightings: {
    roles: MAIN,
    input: Empty,
    output: z.object({ sightings: z.array(SightingSchema), faults: z.array(FaultSchema) }),
  },
  /**
   * Asks what is at an address who it is, with the identify command of each candidate in turn;
   * devices that need not be asked come first. An address without candidates is left alone.
   */
  identify: {
    roles: MAIN,
    input: z.object({ address: TransportAddressSchema }),
    output: z.object({ adapterId: z.string(), identity: DeviceIdentitySchema }),
  },
  /** Keeps raw bytes of both directions from now on; off forgets them. */
  setTrace: {
    roles: MAIN,
    input: z.object({ deviceId: z.string(), on: z.boolean() }),
    output: Empty,
  },
  readTrace: {
    roles: MAIN,
    input: z.object({
      deviceId: z.string(),
      from: z.number().int().nonnegative(),
      limit: z.number().int().positive().max(TRACE_PAGE),
    }),
    output: z.object({
      entries: z.array(TraceEntrySchema),
      next: z.number().int().nonnegative(),
      /** Oldest that is still kept. */
      first: z.number().int().nonnegative(),
    }),
  },
  listDevices: { roles: MAIN, input: Empty, output: z.array(DeviceStatusSchema) },
  /**
   * Appends to `file`, which may exist from before a crash: its torn tail is cut first. Whatever is
   * emitted from the call on is recorded; the answer comes when the file was read. Idempotent.
   */
  startRecording: {
    roles: MAIN,
    input: z.object({
      file: z.string().min(1),
      recordingId: z.string().min(1),
      /** Whose recording it is, an opaque mark; cannot change within it. */
      binding: z.string().min(1).nullable().default(null),
      /** Of a new file, and the same again for one that is there. null: the recording is not sealed. */
      key: RecordingKeySchema.nullable().default(null),
    }),
    output: z.object({
      resumed: z.boolean(),
      cutBytes: z.number().int().nonnegative(),
    }),
  },
  /** Fails when something was kept out of the file; `lostBlocks` of the fault says how much. */
  stopRecording: {
    roles: MAIN,
    input: Empty,
    output: z.object({ blocks: z.number().int().nonnegative() }),
  },
} as const satisfies CallTable;
export type HostCalls = typeof HOST_CALLS;

/** Main to host over parentPort; a stream port comes as the transferred port of `stream`. */
export const HostRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id: z.number().int(), name: z.string(), input: z.unknown() }),
  z.object({ kind: z.literal('stream') }),
]);

/** Host to main. */
export const HostMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('up'), pid: z.number().int(), node: z.string() }),
  z.object({ kind: z.literal('answer'), id: z.number().int(), result: z.unknown() }),
  z.object({ kind: z.literal('status'), status: DeviceStatusSchema }),
  z.object({ kind: z.literal('event'), event: DeviceEventSchema }),
  /** Something was plugged in or out: the list is to be asked for anew. */
  z.object({ kind: z.literal('plugged') }),
  /**
   * The record is in trouble (`fault`: RECORDING_DISK_FULL, RECORDING_WRITE_FAILED, or
   * RECORDING_RANGE_MISSING for blocks that it could not take) or out of it again (null).
   * `lostBlocks` were not recorded: zero while memory holds what the disk refuses.
   */
  z.object({
    kind: z.literal('recording'),
    fault: FaultSchema.nullable(),
    lostBlocks: z.number().int().nonnegative(),
  }),
  /** Once a second: proof that the host's loop turns, and how late it was. */
  z.object({ kind: z.literal('pulse'), loopDelayMs: z.number() }),
]);
export type HostMessage = z.infer<typeof HostMessageSchema>;
