/** The formats that are told apart; BDF is EDF with 24 bit samples. */
export type ImportFormat = 'scp-ecg' | 'aecg' | 'dicom' | 'edf' | 'edf+' | 'bdf' | 'bdf+';

/** The machine that wrote the file, as the file says; '' where it does not. */
export type ImportedDevice = {
  readonly manufacturer: string;
  readonly model: string;
  readonly serialNumber: string | null;
  readonly firmware: string | null;
};

/** Samples `from` .. `from + count - 1` carry no value: the file says that they were not measured. */
export type MissingRun = { readonly from: number; readonly count: number };

/** One signal; value = `count * scale + offset`, in `unit`. */
export type ImportedChannel = {
  /** The field's name of a known lead (II, aVR, V1), else the file's label. */
  readonly name: string;
  /** IEEE 11073-10101 reference id (MDC_ECG_LEAD_II); null where the label is no known lead. */
  readonly code: string | null;
  /** Computed from other leads (III, aVR, aVL, aVF, dI..), as in contracts/devices.ts. */
  readonly derived: boolean;
  /** `uV` for every ECG channel whose file gives a voltage; else the file's own unit. */
  readonly unit: string;
  readonly scale: number;
  readonly offset: number;
  /** How much later than the stream's clock this channel was sampled, ms. */
  readonly skewMs: number;
  readonly samples: Int32Array;
  readonly missing: readonly MissingRun[];
};

/** The recorder was off for `missingMs` just before sample `atSample`. */
export type ImportedGap = { readonly atSample: number; readonly missingMs: number };

/** Channels of one rate, one start and one length. */
export type ImportedStream = {
  readonly name: string;
  readonly kind: 'ecg' | 'other';
  /** `derived`: computed by the machine (median or representative beat), never a patient's trace. */
  readonly origin: 'original' | 'derived';
  readonly rateHz: number;
  /** First sample, ms after `recordedAt`. */
  readonly startMs: number;
  readonly channels: readonly ImportedChannel[];
  readonly gaps: readonly ImportedGap[];
};

export type ImportedAnnotation = {
  /** ms after `recordedAt`; null for a statement about the whole recording. */
  readonly atMs: number | null;
  readonly durationMs: number | null;
  readonly text: string;
  /** `<coding scheme>:<code>` where the file codes it. */
  readonly code: string | null;
  readonly value: number | null;
  readonly unit: string | null;
};

/** Who the file says it is about, for comparison with the bound patient only. */
export type ImportedPatient = {
  readonly id: string | null;
  readonly familyName: string | null;
  readonly givenName: string | null;
  /** YYYY-MM-DD. */
  readonly birthDate: string | null;
  readonly sex: 'male' | 'female' | 'other' | null;
};

/** A whole file. Nothing in it identifies the patient but `patient`. */
export type ImportedRecording = {
  readonly format: ImportFormat;
  readonly device: ImportedDevice;
  /** ISO 8601, the file's local time; with an offset only where the file gives one. */
  readonly recordedAt: string | null;
  /** Stable codes of what a reader should know: `scp.sectionNotImported:7`. */
  readonly warnings: readonly string[];
  readonly streams: readonly ImportedStream[];
  readonly annotations: readonly ImportedAnnotation[];
  readonly patient: ImportedPatient | null;
};

/** @returns `patient`, or null when it says nothing. */
export function anyPatient(patient: ImportedPatient): ImportedPatient | null {
  return Object.values(patient).some((value) => value !== null) ? patient : null;
}

/** @returns trimmed text, null when nothing is left. */
export function textOrNull(text: string | undefined): string | null {
  const trimmed = (text ?? '').replaceAll('\0', ' ').trim();
  return trimmed === '' ? null : trimmed;
}
