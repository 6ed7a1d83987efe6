import { z } from 'zod';
import { CAMERA_PURPOSES } from './cameraProfiles.ts';
import { ProfessionalSchema } from './clinical.ts';
import {
  CalibrationStateSchema,
  ClockEstimateSchema,
  DeviceIdentitySchema,
  MeasurementSchema,
} from './devices.ts';

/** Largest file that a window may hand over: a picture of 16 million pixels that cannot be pressed. */
export const CAPTURE_MAX_BYTES = 64 * 1024 * 1024;

/** How a picture was asked for. key: typed, by a person or by the button of an otoscope. */
export const CAPTURE_TRIGGERS = ['screen', 'key', 'button', 'pedal'] as const;
export type CaptureTrigger = (typeof CAPTURE_TRIGGERS)[number];

const UsbIdSchema = z.string().regex(/^[0-9a-f]{4}$/);

/** What the browser knows of the device: no serial number, and the USB numbers only on Chromium. */
const CaptureDeviceSchema = z.object({
  label: z.string().max(200),
  vendorId: UsbIdSchema.nullable(),
  productId: UsbIdSchema.nullable(),
});

const Common = {
  device: CaptureDeviceSchema,
  /** Wall clock when the trigger was seen: a label. */
  takenAt: z.iso.datetime(),
  /** Host monotonic time of the picture or of the last sample, ms; null: clocks not compared yet. */
  hostTimeMs: z.number().nullable(),
};

export const CaptureMetaSchema = z.discriminatedUnion('kind', [
  z.object({
    ...Common,
    kind: z.literal('still'),
    mediaType: z.literal('image/png'),
    purpose: z.enum(CAMERA_PURPOSES),
    trigger: z.enum(CAPTURE_TRIGGERS),
    widthPx: z.number().int().positive(),
    heightPx: z.number().int().positive(),
    /** Media time of the frame that was on screen, microseconds. */
    frameTimeUs: z.number(),
    /** As the camera said them when the picture was taken: exposure, focus, white balance, zoom. */
    camera: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  }),
  z.object({
    ...Common,
    kind: z.literal('clip'),
    /** Remuxed so that it has a length and seeks. */
    mediaType: z.literal('video/webm'),
    purpose: z.enum(CAMERA_PURPOSES),
    widthPx: z.number().int().positive(),
    heightPx: z.number().int().positive(),
    durationMs: z.number().positive(),
  }),
  z.object({
    ...Common,
    kind: z.literal('audio'),
    /** WAV of 32-bit float samples, one channel, as the device gave them: not filtered. */
    mediaType: z.literal('audio/wav'),
    rateHz: z.number().int().positive(),
    samples: z.number().int().positive(),
  }),
]);
export type CaptureMeta = z.infer<typeof CaptureMetaSchema>;
export type StillMeta = Extract<CaptureMeta, { kind: 'still' }>;
export type ClipMeta = Extract<CaptureMeta, { kind: 'clip' }>;
export type AudioMeta = Extract<CaptureMeta, { kind: 'audio' }>;

export const CaptureSchema = z.object({
  meta: CaptureMetaSchema,
  bytes: z.instanceof(Uint8Array).refine(({ length }) => length > 0 && length <= CAPTURE_MAX_BYTES),
});
export type Capture = z.infer<typeof CaptureSchema>;

export const SavedCaptureSchema = z.object({
  captureId: z.uuid(),
  bytes: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type SavedCapture = z.infer<typeof SavedCaptureSchema>;

/** An excerpt of a recording's stream, by the host's monotonic clock, ms. Nothing is copied. */
export const ExcerptSchema = z.object({
  recordingId: z.string().min(1),
  streamId: z.number().int().nonnegative(),
  fromMs: z.number(),
  toMs: z.number(),
});
export type Excerpt = z.infer<typeof ExcerptSchema>;

/** Samples that the device or the link lost within an excerpt, host time in ms. */
export const GapSchema = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  /** null: the device cannot tell. */
  missingSamples: z.number().int().nonnegative().nullable(),
});

/** Where a capture is from; what is not known is null and never left out. */
export const ProvenanceSchema = z.object({
  /** Chariot's own id of the device; null: a device that only the browser sees. */
  deviceId: z.string().nullable(),
  identity: DeviceIdentitySchema.nullable(),
  browserDevice: CaptureDeviceSchema.nullable(),
  calibration: CalibrationStateSchema.nullable(),
  clock: ClockEstimateSchema.nullable(),
  /** Host minus device clock, ms. */
  clockOffsetMs: z.number().nullable(),
  operator: ProfessionalSchema.nullable(),
  /** patientId that the device was bound to. */
  binding: z.string().nullable(),
  gaps: z.array(GapSchema),
  /** Filters are applied where one looks, never to the record. */
  filters: z.literal('none'),
});
export type Provenance = z.infer<typeof ProvenanceSchema>;

/** SNOMED CT laterality and body site, where they were asked for. */
export const BodySiteSchema = z.object({
  /** SNOMED CT code of the anatomic region. */
  code: z.string().min(1).max(18),
  display: z.string().min(1).max(64),
  laterality: z.enum(['left', 'right', 'bilateral', 'unpaired']).nullable(),
});

/** What a capture holds beside its file. `excerpt`: the signal stays in the recording. */
export const CaptureContentSchema = z.discriminatedUnion('kind', [
  ...CaptureMetaSchema.options,
  z.object({ kind: z.literal('ecg'), takenAt: z.iso.datetime(), excerpt: ExcerptSchema }),
  z.object({ kind: z.literal('measurement'), takenAt: z.iso.datetime(), value: MeasurementSchema }),
  z.object({
    kind: z.literal('spirometryEffort'),
    takenAt: z.iso.datetime(),
    excerpt: ExcerptSchema,
    values: z.array(MeasurementSchema),
  }),
]);
export type CaptureContent = z.infer<typeof CaptureContentSchema>;

/** A capture as the store keeps it: immutable. A correction is a new one that names it. */
export const CaptureRecordSchema = z.object({
  captureId: z.uuid(),
  actId: z.uuid().nullable(),
  /** Whom it is of; null: nobody was named yet. */
  patientId: z.uuid().nullable(),
  /** The capture that this one corrects. */
  corrects: z.uuid().nullable(),
  correctionReason: z.string().max(500).nullable(),
  content: CaptureContentSchema,
  bodySite: BodySiteSchema.nullable(),
  provenance: ProvenanceSchema,
  /** The sealed file and the SHA-256 of what is in it; null where there is none. */
  file: z
    .object({
      name: z.string().min(1),
      mediaType: z.string().min(1),
      bytes: z.number().int().positive(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    })
    .nullable(),
  savedAt: z.iso.datetime(),
});
export type CaptureRecord = z.infer<typeof CaptureRecordSchema>;
