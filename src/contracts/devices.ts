import { z } from 'zod';
import { FaultSchema } from './faults.ts';

/**
 * What a device is doing, as a person would say it.
 * - disconnected: nobody asked for it;
 * - connecting: its port is being opened;
 * - identifying: it is being asked who it is; nothing is written to it but the identify command;
 * - ready: known, and not sending;
 * - streaming: its signal arrives whole;
 * - degraded: its signal arrives, with a cause for doubt (see `quality`);
 * - lost: it was there and is not; Chariot is trying to get it back.
 */
export const DEVICE_STATES = [
  'disconnected',
  'connecting',
  'identifying',
  'ready',
  'streaming',
  'degraded',
  'lost',
] as const;
export const DeviceStateSchema = z.enum(DEVICE_STATES);
export type DeviceState = z.infer<typeof DeviceStateSchema>;

/** Why a signal should not be trusted blindly; each is something that a nurse can act on. */
export const QualityCauseSchema = z.object({
  cause: z.enum(['leadOff', 'saturated', 'samplesLost', 'silent', 'testSignal', 'clockUnstable']),
  /** Lead or channel concerned, by its field name (V3, LA...). */
  lead: z.string().optional(),
  /** Missing samples, where the cause counts something. */
  count: z.number().int().nonnegative().optional(),
});
export type QualityCause = z.infer<typeof QualityCauseSchema>;

export const DeviceIdentitySchema = z.object({
  adapterId: z.string(),
  adapterVersion: z.string(),
  manufacturer: z.string(),
  model: z.string(),
  /** null where the device has none or has not told it. */
  serialNumber: z.string().nullable(),
  firmware: z.string().nullable(),
});
export type DeviceIdentity = z.infer<typeof DeviceIdentitySchema>;

/** Estimate of the device's clock against the host's monotonic clock. */
export const ClockEstimateSchema = z.object({
  /** Parts per million; positive: the device runs fast. */
  driftPpm: z.number(),
  /** Half width of the 95 % interval, ppm. */
  confidencePpm: z.number().nonnegative(),
  observedSeconds: z.number().nonnegative(),
});
export type ClockEstimate = z.infer<typeof ClockEstimateSchema>;

export const DeviceStatusSchema = z.object({
  deviceId: z.string(),
  state: DeviceStateSchema,
  reason: FaultSchema.nullable(),
  identity: DeviceIdentitySchema,
  quality: z.array(QualityCauseSchema),
  clock: ClockEstimateSchema.nullable(),
  /** Since the session of this host process began. */
  counts: z.object({
    samples: z.number().int().nonnegative(),
    lost: z.number().int().nonnegative(),
    badFrames: z.number().int().nonnegative(),
    reconnects: z.number().int().nonnegative(),
  }),
  streamId: z.number().int().nonnegative().nullable(),
});
export type DeviceStatus = z.infer<typeof DeviceStatusSchema>;

/** A displayed lead as a linear combination of a block's channels: sum(weight * channel). */
export const LeadSchema = z.object({
  name: z.string(),
  /** IEEE 11073-10101 MDC code name. */
  code: z.string(),
  /** True: computed from other leads (III, aVR, aVL, aVF), not measured by its own electrode. */
  derived: z.boolean(),
  terms: z.array(z.object({ channel: z.number().int().nonnegative(), weight: z.number() })).min(1),
});
export type Lead = z.infer<typeof LeadSchema>;

export const StreamDescriptorSchema = z.object({
  streamId: z.number().int().nonnegative(),
  epoch: z.number().int().nonnegative(),
  deviceId: z.string(),
  identity: DeviceIdentitySchema,
  kind: z.enum(['ecg']),
  rateHz: z.number().positive(),
  channels: z.array(z.object({ code: z.number().int(), name: z.string(), unit: z.literal('uV') })),
  leads: z.array(LeadSchema),
  calibration: z.object({
    state: z.enum(['none', 'valid', 'overdue', 'failed']),
    dueDate: z.iso.date().nullable(),
  }),
  /** Wall clock when the epoch began: a label, never used for computing. */
  startedAt: z.iso.datetime(),
});
export type StreamDescriptor = z.infer<typeof StreamDescriptorSchema>;

/** A single value. Never shown without its unit, source and time. */
export const MeasurementSchema = z.object({
  kind: z.literal('measurement'),
  name: z.string(),
  /** MDC or LOINC code with its system: `MDC:...`, `LOINC:...`. */
  code: z.string(),
  value: z.number(),
  unit: z.string(),
  time: z.iso.datetime(),
  quality: z.enum(['good', 'questionable', 'invalid']),
  device: DeviceIdentitySchema,
});
export type Measurement = z.infer<typeof MeasurementSchema>;

export const DeviceEventSchema = z.object({
  kind: z.literal('event'),
  code: z.enum([
    'connected',
    'identified',
    'started',
    'stopped',
    'gap',
    'leadOff',
    'leadOn',
    'saturated',
    'lost',
    'resumed',
    'hostRestarted',
    'testSignalOn',
    'testSignalOff',
  ]),
  deviceId: z.string(),
  streamId: z.number().int().nullable(),
  epoch: z.number().int().nullable(),
  /** Host monotonic time, ms. */
  hostTimeMs: z.number(),
  lead: z.string().optional(),
  /** gap: samples missing, null when the device cannot tell. */
  missingSamples: z.number().int().nonnegative().nullable().optional(),
  /** gap between epochs: how long nothing arrived, ms. */
  durationMs: z.number().nonnegative().optional(),
});
export type DeviceEvent = z.infer<typeof DeviceEventSchema>;

export const DeviceCommandSchema = z.discriminatedUnion('command', [
  z.object({ command: z.literal('start') }),
  z.object({ command: z.literal('stop') }),
  z.object({
    command: z.literal('testSignal'),
    mode: z.enum(['off', 'ground', 'slow1x', 'fast1x', 'slow2x', 'fast2x', 'dc']),
  }),
  z.object({
    command: z.literal('channel'),
    channel: z.number().int().min(1).max(8),
    powered: z.boolean(),
    gain: z.union([
      z.literal(1),
      z.literal(2),
      z.literal(4),
      z.literal(6),
      z.literal(8),
      z.literal(12),
      z.literal(24),
    ]),
    input: z.enum(['normal', 'shorted', 'test']),
  }),
]);
export type DeviceCommand = z.infer<typeof DeviceCommandSchema>;

/** Where a device is reached; `memory` exists for tests and replays inside one process. */
export const TransportAddressSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('serial'), path: z.string().min(1) }),
  z.object({
    kind: z.literal('file'),
    path: z.string().min(1),
    /** 1 = as recorded, 0 = as fast as possible. */
    speed: z.number().nonnegative(),
  }),
]);
export type TransportAddress = z.infer<typeof TransportAddressSchema>;
