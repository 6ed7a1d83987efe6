import { z } from 'zod';
import { FaultSchema } from './faults.ts';
import { MEASUREMENT_NAMES } from './measurements.ts';
import { BLOCK_UNITS } from './sampleBlock.ts';

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

/** What a device is for: decides the picture and the words that a nurse sees. */
export const DEVICE_KINDS = [
  'ecg',
  'vitals',
  'oximeter',
  'bloodPressure',
  'spirometer',
  'glucometer',
  'scale',
  'thermometer',
  'health',
  'camera',
  'stethoscope',
  'pedal',
] as const;
export const DeviceKindSchema = z.enum(DEVICE_KINDS);
export type DeviceKind = z.infer<typeof DeviceKindSchema>;

/**
 * Why a signal or a value should not be trusted blindly; each is something that a nurse can act on.
 * leadOff: an electrode does not hold. saturated: the amplifier is at its rail. samplesLost: some
 * never came. silent: nothing comes. frozen: the same value for too long to be alive. testSignal: the
 * device's own signal. clockUnstable: the device's clock cannot be trusted. outOfRange: no living
 * person has such a value. wrongBinding: the device is bound to another resident than the recording.
 * probeOff: no finger in the probe. searching: the device has found no pulse yet. lowPerfusion: the
 * pulse is weak. artifact: the device itself doubts its value (movement). uncalibrated: amplitudes
 * have no stored calibration. batteryLow: the device says so.
 */
export const QUALITY_CAUSES = [
  'leadOff',
  'saturated',
  'samplesLost',
  'silent',
  'frozen',
  'testSignal',
  'clockUnstable',
  'outOfRange',
  'wrongBinding',
  'probeOff',
  'searching',
  'lowPerfusion',
  'artifact',
  'uncalibrated',
  'batteryLow',
] as const;
export const QualityCauseSchema = z.object({
  cause: z.enum(QUALITY_CAUSES),
  /** Lead, channel or value concerned, by its field name (V3, LA, spo2...). */
  lead: z.string().optional(),
  /** Missing samples, where the cause counts something. */
  count: z.number().int().nonnegative().optional(),
});
export type QualityCause = z.infer<typeof QualityCauseSchema>;

/**
 * What is true of the device for good and must be said wherever its values are.
 * unverifiedFraming: its wire protocol was never checked on a real device. skinTemperature: its
 * temperature is that of the skin. dummyPressure: it sends pressures that it does not measure; they
 * are not shown. noChecksum: its frames carry no checksum. relativeScale: amplitudes have no unit
 * before a calibration. notMedical: made for schools, parcels or makers. toldByPortOnly: it has no serial number; the port stands for it.
 */
export const DEVICE_CAVEATS = [
  'unverifiedFraming',
  'skinTemperature',
  'dummyPressure',
  'noChecksum',
  'relativeScale',
  'notMedical',
  'toldByPortOnly',
] as const;
export type DeviceCaveat = (typeof DEVICE_CAVEATS)[number];

/** What can be asked of a device beside start and stop; each is a command of DeviceCommandSchema. */
export const DEVICE_CAPABILITIES = [
  'testSignal',
  'channel',
  'impedance',
  'download',
  'clear',
  'setClock',
] as const;
export type DeviceCapability = (typeof DEVICE_CAPABILITIES)[number];

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

/** Where a device is reached; `memory` exists for tests and replays inside one process. */
export const TransportAddressSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('serial'), path: z.string().min(1) }),
  /** `path` as the HID library names it: /dev/hidraw0, or a Windows device path. */
  z.object({ kind: z.literal('hid'), path: z.string().min(1) }),
  /** `path`: `<bus>-<port>[.<port>...]`, the socket and not what is in it. */
  z.object({ kind: z.literal('usb'), path: z.string().min(1) }),
  /** A kernel input device: buttons and pedals. */
  z.object({ kind: z.literal('input'), path: z.string().min(1) }),
  /** What only a window can reach (a microphone) and hands to the host; `path`: its label. */
  z.object({ kind: z.literal('window'), path: z.string().min(1) }),
  z.object({
    kind: z.literal('file'),
    path: z.string().min(1),
    /** 1 = as recorded, 0 = as fast as possible. */
    speed: z.number().nonnegative(),
  }),
]);
export type TransportAddress = z.infer<typeof TransportAddressSchema>;

export const CalibrationStateSchema = z.object({
  state: z.enum(['none', 'valid', 'overdue', 'failed']),
  dueDate: z.iso.date().nullable(),
});
export type CalibrationState = z.infer<typeof CalibrationStateSchema>;

/** Scales that a person measured against a known signal, for one device. */
export const DeviceCalibrationSchema = z.object({
  adapterId: z.string(),
  serialNumber: z.string().nullable(),
  /** Physical units per count, by `<stream>/<channel>`. */
  scales: z.record(z.string(), z.number()),
  madeAt: z.iso.datetime(),
  dueDate: z.iso.date().nullable(),
});
export type DeviceCalibration = z.infer<typeof DeviceCalibrationSchema>;

/** The clock that a device keeps by itself, against the host's. */
export const DeviceClockSchema = z.object({
  /** Host minus device when it was last asked, ms. */
  offsetMs: z.number(),
  /** True: it was set to the host's time since. */
  set: z.boolean(),
});
export type DeviceClock = z.infer<typeof DeviceClockSchema>;

export const DeviceStatusSchema = z.object({
  deviceId: z.string(),
  kind: DeviceKindSchema,
  state: DeviceStateSchema,
  reason: FaultSchema.nullable(),
  identity: DeviceIdentitySchema,
  address: TransportAddressSchema,
  quality: z.array(QualityCauseSchema),
  caveats: z.array(z.enum(DEVICE_CAVEATS)),
  capabilities: z.array(z.enum(DEVICE_CAPABILITIES)),
  clock: ClockEstimateSchema.nullable(),
  deviceClock: DeviceClockSchema.nullable(),
  calibration: CalibrationStateSchema,
  /** Opaque mark of the resident that the device was given to; null: nobody. */
  binding: z.string().nullable(),
  /** Raw bytes are being kept for a technician. */
  tracing: z.boolean(),
  /** Since the session of this host process began. */
  counts: z.object({
    samples: z.number().int().nonnegative(),
    lost: z.number().int().nonnegative(),
    badFrames: z.number().int().nonnegative(),
    measurements: z.number().int().nonnegative(),
    reconnects: z.number().int().nonnegative(),
  }),
  streamIds: z.array(z.number().int().nonnegative()),
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

/** trend: values that a device stored, one a second or slower. */
export const STREAM_KINDS = [
  'ecg',
  'pleth',
  'respiration',
  'bioimpedance',
  'spirometry',
  'sound',
  'trend',
  'other',
] as const;
export const StreamKindSchema = z.enum(STREAM_KINDS);
export type StreamKind = z.infer<typeof StreamKindSchema>;

export const StreamDescriptorSchema = z.object({
  streamId: z.number().int().nonnegative(),
  epoch: z.number().int().nonnegative(),
  deviceId: z.string(),
  identity: DeviceIdentitySchema,
  kind: StreamKindSchema,
  /** Name of the stream within its device. */
  name: z.string().default('main'),
  rateHz: z.number().positive(),
  channels: z.array(
    z.object({ code: z.number().int(), name: z.string(), unit: z.enum(BLOCK_UNITS) }),
  ),
  leads: z.array(LeadSchema),
  calibration: CalibrationStateSchema,
  /** stored: taken before, without Chariot, and read out of the device's memory or of a file. */
  origin: z.enum(['live', 'stored']).default('live'),
  /** stored: when, by the clock of the device, as it said it: local time without zone. */
  recordedAt: z.string().nullable().default(null),
  /** Wall clock when the epoch began: a label, never used for computing. */
  startedAt: z.iso.datetime(),
});
export type StreamDescriptor = z.infer<typeof StreamDescriptorSchema>;

/** What a device or the host says of one value, beside its quality. */
export const MEASUREMENT_FLAGS = [
  'outOfRange',
  'aboveDeviceRange',
  'belowDeviceRange',
  'controlSolution',
  'artifact',
  'irregularHeartbeat',
  'deviceError',
  'duplicate',
  'notAvailable',
  'movement',
  'beforeMeal',
  'afterMeal',
  'uncalibrated',
  'otherUser',
] as const;
export type MeasurementFlag = (typeof MEASUREMENT_FLAGS)[number];

/** A single value. Never shown without its unit, source and time. */
export const MeasurementSchema = z.object({
  kind: z.literal('measurement'),
  deviceId: z.string(),
  name: z.enum(MEASUREMENT_NAMES),
  /** Code with its system: `MDC:...`, `LOINC:...`. */
  code: z.string(),
  /** null: the device measured and has no value; `flags` tell why. */
  value: z.number().nullable(),
  /** UCUM. */
  unit: z.string(),
  /** What it was measured on, where a device has several: an electrode, a body site. */
  site: z.string().nullable(),
  quality: z.enum(['good', 'questionable', 'invalid']),
  flags: z.array(z.enum(MEASUREMENT_FLAGS)),
  origin: z.enum(['live', 'stored']),
  /** Values of one reading (systolic, diastolic, pulse) share it; unique within a device. */
  reading: z.string().nullable(),
  /** When it was measured, as well as can be told: host's clock, or device's clock corrected. */
  time: z.iso.datetime(),
  /** As the device said it: local time without zone. null: the device keeps no time. */
  deviceTime: z.string().nullable(),
  /** Host minus device clock, ms; null: not known. */
  clockOffsetMs: z.number().nullable(),
  /** When the host had read it. */
  receivedAt: z.iso.datetime(),
  /** Host monotonic time, ms. */
  hostTimeMs: z.number(),
  device: DeviceIdentitySchema,
  calibration: CalibrationStateSchema,
  binding: z.string().nullable(),
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
    'downloaded',
    'clockSet',
    'buttonPressed',
    'buttonReleased',
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
  /** Electrode impedance of every channel, told as measurements `electrodeImpedance`. */
  z.object({ command: z.literal('impedance') }),
  /** Reads what the device has stored; with `clear` it is deleted there once all of it was read. */
  z.object({ command: z.literal('download'), clear: z.boolean().default(false) }),
  /** Sets the device's clock to the host's local time. */
  z.object({ command: z.literal('setClock') }),
]);
export type DeviceCommand = z.infer<typeof DeviceCommandSchema>;
