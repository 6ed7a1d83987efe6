import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Act } from '../../contracts/clinical.ts';
import { ActSchema, PatientSchema } from '../../contracts/clinical.ts';
import type { DeviceIdentity, Measurement } from '../../contracts/devices.ts';
import { codeOf, MEASUREMENTS } from '../../contracts/measurements.ts';

export const PATIENT_ID = '6d8f2a31-4c7e-4b19-9a52-0e3f7c1d2b48';
export const ACT_ID = 'a7c1e5d2-93b4-4f60-8d21-5b6e0f9a3c74';

/** A resident of nowhere: the name is made up, with the letters that French names have. */
export const PATIENT = PatientSchema.parse({
  patientId: PATIENT_ID,
  birthName: 'LEBŒUF-D’ÉPINAY',
  givenNames: ['Françoise', 'Aloïse'],
  birthDate: '1934-02-11',
  sex: 'female',
});

export function act(changes: Partial<Act> = {}): Act {
  return ActSchema.parse({
    actId: ACT_ID,
    patient: PATIENT,
    state: 'closed',
    startedAt: '2026-11-22T08:00:00.000Z',
    endedAt: '2026-11-22T08:20:00.000Z',
    operator: { role: 'nurse', familyName: 'Morel', givenName: 'Inès' },
    ...changes,
  });
}

export const IDENTITY: DeviceIdentity = {
  adapterId: 'contec.cms50d',
  adapterVersion: '1.0.0',
  manufacturer: 'Contec',
  model: 'CMS50D+',
  serialNumber: 'SN-0042',
  firmware: null,
};

export function measurement(changes: Partial<Measurement> = {}): Measurement {
  const name = changes.name ?? 'spo2';
  return {
    kind: 'measurement',
    deviceId: 'contec.cms50d#SN-0042',
    name,
    code: codeOf(name),
    value: 97,
    unit: MEASUREMENTS[name].unit,
    site: null,
    quality: 'good',
    flags: [],
    origin: 'live',
    reading: null,
    time: '2026-11-22T08:05:00.000Z',
    deviceTime: null,
    clockOffsetMs: null,
    receivedAt: '2026-11-22T08:05:00.100Z',
    hostTimeMs: 1_000,
    device: IDENTITY,
    calibration: { state: 'none', dueDate: null },
    binding: PATIENT_ID,
    ...changes,
  };
}

export function stillCapture(changes: Partial<CaptureRecord> = {}): CaptureRecord {
  return {
    captureId: '0f4b7c9d-1e52-4a83-b6d7-9c0e2f5a8b31',
    actId: ACT_ID,
    patientId: PATIENT_ID,
    corrects: null,
    correctionReason: null,
    content: {
      kind: 'still',
      mediaType: 'image/png',
      device: { label: 'Otoscope (f007:b999)', vendorId: 'f007', productId: 'b999' },
      takenAt: '2026-11-22T08:10:00.000Z',
      hostTimeMs: 2_000,
      purpose: 'otoscope',
      trigger: 'screen',
      widthPx: 3,
      heightPx: 2,
      frameTimeUs: 40_000,
      camera: {},
    },
    bodySite: null,
    provenance: {
      deviceId: null,
      identity: null,
      browserDevice: { label: 'Otoscope (f007:b999)', vendorId: 'f007', productId: 'b999' },
      calibration: null,
      clock: null,
      clockOffsetMs: null,
      operator: null,
      binding: PATIENT_ID,
      gaps: [],
      filters: 'none',
    },
    file: { name: 'still.sealed', mediaType: 'image/png', bytes: 70, sha256: 'a'.repeat(64) },
    savedAt: '2026-11-22T08:10:00.200Z',
    ...changes,
  };
}
