import { randomBytes, randomUUID } from 'node:crypto';
import type { CaptureContent } from '../../src/contracts/captures.ts';
import { type CaptureContext, type Captures, openCaptures } from '../../src/main/store/captures.ts';
import type { Store } from '../../src/main/store/types.ts';

/** Signature, IHDR of 3 x 2 pixels, 8-bit RGB (W3C PNG 3, 11.2.1): the store reads no more. */
const PNG_HEAD = Buffer.from(
  '89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d',
  'hex',
);

/** A picture as far as the store reads it, with this after its head. */
export function pictureOf(rest: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([PNG_HEAD, rest]));
}

export const STILL: CaptureContent = {
  kind: 'still',
  mediaType: 'image/png',
  device: { label: 'Otoscope (f007:b999)', vendorId: 'f007', productId: 'b999' },
  purpose: 'otoscope',
  trigger: 'button',
  takenAt: '2026-11-22T08:00:00.000Z',
  hostTimeMs: 12_345.5,
  widthPx: 3,
  heightPx: 2,
  frameTimeUs: 40_000,
  camera: { exposureMode: 'manual', exposureTime: 50 },
};

/** Of no act and nobody, from a device that only the browser sees. */
export const NO_CONTEXT: CaptureContext = {
  actId: null,
  patientId: null,
  bodySite: null,
  provenance: {
    deviceId: null,
    identity: null,
    browserDevice: null,
    calibration: null,
    clock: null,
    clockOffsetMs: null,
    operator: null,
    binding: null,
    gaps: [],
    filters: 'none',
  },
};

/** @throws Error with the fault's code when they do not open. */
export async function openTestCaptures(
  store: Pick<Store, 'db' | 'write' | 'fileKeys'>,
  folder: string,
): Promise<Captures> {
  const captures = await openCaptures({
    store,
    folder,
    newId: () => randomUUID(),
    nowIso: () => new Date().toISOString(),
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
  });
  if (!captures.ok) {
    throw new Error(captures.fault.code);
  }
  return captures.value;
}
