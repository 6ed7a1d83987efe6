import { z } from 'zod';
import {
  DeviceEventSchema,
  DeviceStatusSchema,
  MeasurementSchema,
  StreamDescriptorSchema,
} from './devices.ts';

/** Longest packet that a window may hand over: a second of sound at 48 kHz. */
export const FEED_MAX_PACKET_BYTES = 256 * 1024;

/**
 * What crosses the MessagePort between the device host and a window, without passing through main.
 * Blocks travel as bare Uint8Array messages (see sampleBlock.ts); all else as these objects.
 */

/** Device host to window. */
export const StreamNoticeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('descriptor'), descriptor: StreamDescriptorSchema }),
  z.object({ kind: z.literal('device'), status: DeviceStatusSchema }),
  z.object({ kind: z.literal('event'), event: DeviceEventSchema }),
  z.object({ kind: z.literal('measurement'), measurement: MeasurementSchema }),
  /** Clock comparison; `hostTimeMs` is process.hrtime in ms. */
  z.object({ kind: z.literal('pong'), id: z.number().int(), hostTimeMs: z.number() }),
  /** Blocks that this window was too slow to take: the oldest went first. */
  z.object({ kind: z.literal('dropped'), blocks: z.number().int().nonnegative() }),
  z.object({
    kind: z.literal('backfill'),
    requestId: z.number().int(),
    blocks: z.array(z.instanceof(Uint8Array)),
  }),
]);
export type StreamNotice = z.infer<typeof StreamNoticeSchema>;

/** Window to device host. */
export const StreamRequestSchema = z.discriminatedUnion('kind', [
  /** Credit: so many more blocks have been taken. */
  z.object({ kind: z.literal('taken'), blocks: z.number().int().positive() }),
  z.object({ kind: z.literal('ping'), id: z.number().int() }),
  /**
   * A device that only this window reaches: `packet` is a packet of windowFeed.ts. The first, a
   * hello, opens the device under `path` with the adapter; it stays until `feedEnd` or the port ends.
   */
  z.object({
    kind: z.literal('feed'),
    adapterId: z.string().min(1),
    path: z.string().min(1).max(200),
    packet: z.instanceof(Uint8Array).refine((bytes) => bytes.length <= FEED_MAX_PACKET_BYTES),
  }),
  z.object({
    kind: z.literal('feedEnd'),
    adapterId: z.string().min(1),
    path: z.string().min(1).max(200),
  }),
  z.object({
    kind: z.literal('backfill'),
    requestId: z.number().int(),
    streamId: z.number().int().nonnegative(),
    epoch: z.number().int().nonnegative(),
    fromSeq: z.number().int().nonnegative(),
    toSeq: z.number().int().nonnegative(),
  }),
]);
export type StreamRequest = z.infer<typeof StreamRequestSchema>;

/** Blocks that may be under way to a window before the host starts to hold them back. */
export const LIVE_WINDOW_BLOCKS = 256;
/** Blocks held back for a slow window before the oldest is dropped and counted. */
export const LIVE_QUEUE_BLOCKS = 1024;
/** Largest range that one back-fill request answers, blocks. */
export const BACKFILL_MAX_BLOCKS = 512;
