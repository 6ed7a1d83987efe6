import type { CaptureContent, CaptureRecord } from '../../src/contracts/captures.ts';
import type { Act, Patient, Site } from '../../src/contracts/clinical.ts';
import type { Result } from '../../src/contracts/faults.ts';
import { exportDicom } from '../../src/main/exporter/dicom/exportDicom.ts';
import type {
  DicomObject,
  DicomOptions,
  DicomSource,
} from '../../src/main/exporter/dicom/types.ts';
import type {
  DocumentContext,
  Picture,
  Signal,
  SignalLead,
  Sound,
} from '../../src/main/exporter/sources.ts';

export const OBJECT_ID = '0f5b1c9e-7a51-4a3f-9f6e-3f6a0c5d2e11';
const ACT_ID = 'c2a7b0de-43a5-4e4c-8d8a-1a2b3c4d5e6f';
const PATIENT_ID = '7e0f3c52-9b1d-4a77-8f0a-d1c2b3a49586';
export const TWELVE = 'I II III aVR aVL aVF V1 V2 V3 V4 V5 V6'.split(' ');
const DERIVED = new Set(['III', 'aVR', 'aVL', 'aVF']);

export const PATIENT: Patient = {
  patientId: PATIENT_ID,
  birthName: 'LEFÈVRE',
  usedName: null,
  givenNames: ['Hélène', 'Marie'],
  birthDate: '1938-03-04',
  sex: 'female',
  identityStatus: 'PROV',
  ins: null,
  identifiers: [{ system: 'urn:oid:1.2.250.1.71.4.2.2.1', value: 'IPP-004217' }],
  fictional: false,
};

export const SITE: Site = {
  uidRoot: '',
  institution: 'EHPAD Les Tilleuls',
  department: '',
  stationName: 'CHARIOT',
  patientSystem: 'urn:chariot:patient',
  finess: null,
};

const NURSE = { role: 'nurse', familyName: 'Noël', givenName: 'Agnès', rpps: null } as const;

const ACT: Act = {
  actId: ACT_ID,
  patient: PATIENT,
  state: 'closed',
  startedAt: '2026-07-14T22:30:05.000Z',
  endedAt: '2026-07-14T22:55:00.000Z',
  operator: NURSE,
  physician: { role: 'physician', familyName: 'Dupont', givenName: 'Léa', rpps: '10000001379' },
  reason: 'Dyspnée à l’effort',
  consent: null,
  report: null,
};

export function contextOf(
  over: {
    readonly patient?: Partial<Patient>;
    readonly site?: Partial<Site>;
    readonly act?: Partial<Act>;
    readonly objectId?: string;
  } = {},
): DocumentContext {
  const patient = { ...PATIENT, ...over.patient };
  return {
    site: { ...SITE, ...over.site },
    patient,
    act: { ...ACT, patient, ...over.act },
    objectId: over.objectId ?? OBJECT_ID,
    software: '0.1.0',
  };
}

export function captureOf(
  content: CaptureContent,
  over: Partial<CaptureRecord> = {},
): CaptureRecord {
  return {
    captureId: '3d1f7a60-2f5e-4b55-9a0b-6c7d8e9f0a1b',
    actId: ACT_ID,
    patientId: PATIENT_ID,
    corrects: null,
    correctionReason: null,
    content,
    bodySite: null,
    provenance: {
      deviceId: 'serial:FT1234',
      identity: {
        adapterId: 'openbci.cyton',
        adapterVersion: '1',
        manufacturer: 'OpenBCI',
        model: 'Cyton',
        serialNumber: 'DM00Q1',
        firmware: 'v3.1.2',
      },
      browserDevice: null,
      calibration: null,
      clock: null,
      clockOffsetMs: null,
      operator: NURSE,
      binding: PATIENT_ID,
      gaps: [],
      filters: 'none',
    },
    file: null,
    savedAt: '2026-07-14T22:41:20.250Z',
    ...over,
  };
}

/** A repeatable signal of whole counts: sums of sines, different in each lead. */
export function countsOf(lead: number, samples: number, rateHz: number): Int32Array {
  return Int32Array.from({ length: samples }, (_, index) => {
    const t = index / rateHz;
    const slow = 300 * Math.sin(2 * Math.PI * (1.1 + lead * 0.07) * t);
    return Math.round(slow + 90 * Math.sin(2 * Math.PI * 17 * t + lead) + lead);
  });
}

export type EcgSpec = {
  readonly names: readonly string[];
  readonly rateHz: number;
  readonly samples: number;
  readonly scale: number;
  readonly offset: number;
  readonly lost: readonly { readonly fromSample: number; readonly samples: number }[];
};

export function leadOf(name: string, position: number, spec: EcgSpec): SignalLead {
  const counts = countsOf(position, spec.samples, spec.rateHz);
  const samples = Float64Array.from(counts, (count) => (count + spec.offset) * spec.scale);
  for (const { fromSample, samples: length } of spec.lost) {
    samples.fill(Number.NaN, fromSample, fromSample + length);
  }
  return {
    name,
    code: `MDC_ECG_LEAD_${name.toUpperCase()}`,
    derived: DERIVED.has(name),
    unit: 'uV',
    samples,
  };
}

export function ecgSource(over: Partial<EcgSpec> = {}): DicomSource & { kind: 'ecg' } {
  const spec = { names: TWELVE, rateHz: 500, samples: 5000, scale: 2.44, offset: 0, lost: [] };
  const whole: EcgSpec = { ...spec, ...over };
  const signal: Signal = {
    leads: whole.names.map((name, index) => leadOf(name, index, whole)),
    rateHz: whole.rateHz,
    samplesPerLead: whole.samples,
    startedAt: '2026-07-14T22:40:10.125Z',
    gaps: whole.lost,
  };
  const excerpt = { recordingId: 'r', streamId: 0, fromMs: 0, toMs: 10_000 };
  const content = { kind: 'ecg', takenAt: '2026-07-14T22:40:20.125Z', excerpt } as const;
  return { kind: 'ecg', capture: captureOf(content), signal };
}

export function pictureOf(widthPx: number, heightPx: number): Picture {
  const rgb = Uint8Array.from(
    { length: widthPx * heightPx * 3 },
    (_, index) => (index * 31 + (index >> 8)) & 0xff,
  );
  return { widthPx, heightPx, rgb };
}

const CAMERA = {
  deviceId: null,
  identity: null,
  browserDevice: { label: 'Caméra USB (f007:b999)', vendorId: 'f007', productId: 'b999' },
} as const;

export function pictureSource(
  purpose: 'otoscope' | 'dermatoscope' | 'other',
  picture = pictureOf(33, 17),
  bodySite: CaptureRecord['bodySite'] = null,
): DicomSource & { kind: 'picture' } {
  const content = {
    kind: 'still',
    takenAt: '2026-07-14T22:45:00.500Z',
    hostTimeMs: null,
    device: CAMERA.browserDevice,
    mediaType: 'image/png',
    purpose,
    trigger: 'button',
    widthPx: picture.widthPx,
    heightPx: picture.heightPx,
    frameTimeUs: 0,
    camera: {},
  } as const;
  const capture = captureOf(content);
  const provenance = { ...capture.provenance, ...CAMERA };
  return { kind: 'picture', capture: { ...capture, provenance, bodySite }, picture };
}

export function soundSource(
  sound: Sound = { rateHz: 8000, samples: tone(8000, 4001) },
  bodySite: CaptureRecord['bodySite'] = null,
): DicomSource & { kind: 'sound' } {
  const content = {
    kind: 'audio',
    takenAt: '2026-07-14T22:46:00.000Z',
    hostTimeMs: null,
    device: { label: 'Stéthoscope', vendorId: null, productId: null },
    mediaType: 'audio/wav',
    rateHz: sound.rateHz,
    samples: sound.samples.length,
  } as const;
  return { kind: 'sound', capture: captureOf(content, { bodySite }), sound };
}

export function tone(rateHz: number, samples: number): Float32Array {
  return Float32Array.from(
    { length: samples },
    (_, index) => 0.7 * Math.sin((2 * Math.PI * 110 * index) / rateHz),
  );
}

export function pdfSource(): DicomSource & { kind: 'pdf' } {
  return {
    kind: 'pdf',
    pdf: Buffer.from('%PDF-1.4\n%âãÏÓ\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF', 'latin1'),
    title: 'Compte rendu de téléconsultation',
    madeAt: '2026-07-14T22:55:30.000Z',
    concept: { code: '11488-4', display: 'Consultation note' },
  };
}

export function exported(
  source: DicomSource,
  context = contextOf(),
  options: DicomOptions = {},
): DicomObject {
  return unwrapped(exportDicom(source, context, options));
}

function unwrapped<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(JSON.stringify(result.fault));
  }
  return result.value;
}
