import type { CaptureRecord } from '../../../contracts/captures.ts';
import type { EcgSource, Picture, Sound } from '../sources.ts';
import type { Dataset } from './attributes.ts';

/** What a document says that it is: a code of LOINC. */
type DocumentConcept = { readonly code: string; readonly display: string };

export type PdfSource = {
  readonly pdf: Uint8Array;
  readonly title: string;
  /** When its text was made, ISO 8601. */
  readonly madeAt: string;
  readonly concept: DocumentConcept;
};

export type DicomSource =
  | ({ readonly kind: 'ecg' } & EcgSource)
  | { readonly kind: 'sound'; readonly capture: CaptureRecord; readonly sound: Sound }
  | { readonly kind: 'picture'; readonly capture: CaptureRecord; readonly picture: Picture }
  | ({ readonly kind: 'pdf' } & PdfSource);

export type DicomOptions = {
  /**
   * What becomes of a sampling rate that the IOD forbids (ECG: 200 to 1000 Hz, sound: 44.1 kHz at
   * most). resample: by a whole factor, through the filter of `resample.ts`, and the object and the
   * notes say so. refuse: EXPORT_RATE_REFUSED. Default: resample.
   */
  readonly rate?: 'resample' | 'refuse';
  /**
   * True: an ECG as General 32-bit ECG, every count as the device gave it, at any rate of 50 Hz
   * and more. Many archives do not know that class yet. Default: false.
   */
  readonly lossless?: boolean;
  /** IANA zone of the local times in the object. Default: Europe/Paris. */
  readonly timeZone?: string;
};

/**
 * What a person should know of how the object was made.
 * - generalEcg: not the 12-Lead class; `why` is leads, samples (more than 16384) or unit;
 * - resampled: `fromHz`, `toHz`, through a filter of `cutOffHz`;
 * - quantised: the device's counts did not fit in `leads` (`audio`: in 16 bits); values are rounded,
 *   at worst to `step`;
 * - baseline: the electrode offset of `leads` is in Channel Baseline;
 * - lostSamples: written as the padding value;
 * - clipped: values beyond full scale;
 * - noUnit: the samples of `lead` are counts without a physical unit;
 * - unknownLead: no standard code for the name;
 * - textShortened, namesLeftOut: a text was longer than DICOM allows;
 * - serialUnknown: the class demands a serial number and the device told none.
 */
export type ExportNote = {
  readonly code:
    | 'generalEcg'
    | 'resampled'
    | 'quantised'
    | 'baseline'
    | 'lostSamples'
    | 'clipped'
    | 'noUnit'
    | 'unknownLead'
    | 'textShortened'
    | 'namesLeftOut'
    | 'serialUnknown';
  readonly params: Readonly<Record<string, string | number>>;
};

export type Say = (note: ExportNote) => void;

type Named = {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly notes: readonly ExportNote[];
};

/** An object before it is written. */
export type DicomDocument = Named & { readonly dataset: Dataset };

export type DicomObject = Named & {
  /** A DICOM file (PS3.10). */
  readonly bytes: Uint8Array<ArrayBuffer>;
};
