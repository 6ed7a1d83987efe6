import type { CaptureRecord } from '../../../contracts/captures.ts';

export const STILL: CaptureRecord['content'] = {
  kind: 'still',
  mediaType: 'image/png',
  device: { label: 'USB Otoscope (1b3f:2008)', vendorId: '1b3f', productId: '2008' },
  takenAt: '2026-11-28T09:10:00.000Z',
  hostTimeMs: 5_000,
  purpose: 'otoscope',
  trigger: 'button',
  widthPx: 1280,
  heightPx: 960,
  frameTimeUs: 40_000,
  camera: {},
};

/** The id of the n-th capture of a test. */
export function captureId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** A still that nobody corrected, with what a test needs to differ. */
export function captureOf(number: number, changes: Partial<CaptureRecord> = {}): CaptureRecord {
  return {
    captureId: captureId(number),
    actId: '7b6d2a34-52f5-4c8f-9c0e-0d3d7f6a1c01',
    patientId: 'd0a3c1de-3d4e-4b27-9a3f-1f7f3c4f6a02',
    corrects: null,
    correctionReason: null,
    content: STILL,
    bodySite: null,
    provenance: {
      deviceId: null,
      identity: null,
      browserDevice: STILL.kind === 'still' ? STILL.device : null,
      calibration: null,
      clock: null,
      clockOffsetMs: null,
      operator: null,
      binding: null,
      gaps: [],
      filters: 'none',
    },
    file: { name: 'a.sealed', mediaType: 'image/png', bytes: 2_345_678, sha256: 'ab'.repeat(32) },
    savedAt: '2026-11-28T09:10:01.000Z',
    ...changes,
  };
}
