import { z } from 'zod';
import { DeviceStatusSchema, MeasurementSchema, StreamDescriptorSchema } from './devices.ts';

/**
 * Talk between the cart's window and the physician's page over the `control` data channels. Blocks
 * themselves travel on `stream` and `backfill` channels as encoded bytes.
 */

const clockMs = z.number();

/** Physician to cart. */
export const LiveRequestSchema = z.discriminatedUnion('kind', [
  /** Clock comparison: `sentAtMs` is the sender's own performance clock. */
  z.object({ kind: z.literal('ping'), id: z.number().int(), sentAtMs: clockMs }),
  /** Missing blocks of one epoch, both ends included. */
  z.object({
    kind: z.literal('backfill'),
    streamId: z.number().int().nonnegative(),
    epoch: z.number().int().nonnegative(),
    fromSeq: z.number().int().nonnegative(),
    toSeq: z.number().int().nonnegative(),
  }),
  /** What really arrived, so that the nurse sees what the physician sees. */
  z.object({
    kind: z.literal('report'),
    samplesReceived: z.number().int().nonnegative(),
    samplesMissing: z.number().int().nonnegative(),
    samplesLate: z.number().int().nonnegative(),
    delayMsP50: z.number().nullable(),
    videoFps: z.number().nonnegative().nullable(),
    videoWidth: z.number().int().nonnegative().nullable(),
    videoHeight: z.number().int().nonnegative().nullable(),
  }),
]);
export type LiveRequest = z.infer<typeof LiveRequestSchema>;
export type ReceiverReport = Extract<LiveRequest, { kind: 'report' }>;

/** Cart to physician. `hostTimeMs` is the device host's monotonic clock. */
export const LiveNoticeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pong'),
    id: z.number().int(),
    /** Echo of the ping's `sentAtMs`. */
    sentAtMs: clockMs,
    /** null until the cart's window knows the host's clock. */
    hostTimeMs: clockMs.nullable(),
  }),
  z.object({ kind: z.literal('descriptor'), descriptor: StreamDescriptorSchema }),
  z.object({ kind: z.literal('device'), status: DeviceStatusSchema }),
  z.object({ kind: z.literal('measurement'), measurement: MeasurementSchema }),
  /** All that the record holds of the asked range has been sent on the back-fill channel. */
  z.object({
    kind: z.literal('backfilled'),
    streamId: z.number().int().nonnegative(),
    epoch: z.number().int().nonnegative(),
    fromSeq: z.number().int().nonnegative(),
    toSeq: z.number().int().nonnegative(),
    blocks: z.number().int().nonnegative(),
  }),
]);
export type LiveNotice = z.infer<typeof LiveNoticeSchema>;
