import { z } from 'zod';
import { CAMERA_PURPOSES } from './cameraProfiles.ts';

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
    kind: z.literal('audio'),
    /** WAV of 32-bit float samples, one channel, as the device gave them: not filtered. */
    mediaType: z.literal('audio/wav'),
    rateHz: z.number().int().positive(),
    samples: z.number().int().positive(),
  }),
]);
export type CaptureMeta = z.infer<typeof CaptureMetaSchema>;
export type StillMeta = Extract<CaptureMeta, { kind: 'still' }>;
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
