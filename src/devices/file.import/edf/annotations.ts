import type { ImportedAnnotation } from '../recording.ts';

const FIELD_END = 0x14;
const DURATION_FOLLOWS = 0x15;
const LIST_END = 0x00;
const MAX_TIME_BYTES = 32;

/** Annotations of one record. `onset`: seconds of the record's first sample after the start. */
export type RecordAnnotations = {
  readonly onset: number | null;
  readonly annotations: readonly ImportedAnnotation[];
};

type Tal = { readonly onset: number; readonly duration: number | null; readonly texts: string[] };

/**
 * Reads the time-stamped annotation lists (TAL) of one record of an annotation signal:
 * `+onset[ 15 duration] 14 text 14 ... 14 00`, texts in UTF-8. Source: edfplus.info, 2.2.
 * @param isFirstSignal its first list keeps the record's time in an empty first text.
 * @returns null when a list does not end or its times are no numbers.
 */
export function readTals(bytes: Uint8Array, isFirstSignal: boolean): RecordAnnotations | null {
  const tals: Tal[] = [];
  for (let at = 0; at < bytes.length && bytes[at] !== LIST_END; ) {
    const end = bytes.indexOf(LIST_END, at);
    const tal = end < 0 ? null : readTal(bytes.subarray(at, end));
    if (tal === null) {
      return null;
    }
    tals.push(tal);
    at = end + 1;
  }
  const first = tals[0];
  const keepsTime = isFirstSignal && first?.texts[0] === '';
  const annotations = tals.flatMap(({ onset, duration, texts }) =>
    texts
      .filter((text) => text !== '')
      .map((text) => ({
        atMs: onset * 1000,
        durationMs: duration === null ? null : duration * 1000,
        text,
        code: null,
        value: null,
        unit: null,
      })),
  );
  return { onset: keepsTime ? first.onset : null, annotations };
}

function readTal(bytes: Uint8Array): Tal | null {
  const stampEnd = bytes.indexOf(FIELD_END);
  if (stampEnd < 0 || bytes[bytes.length - 1] !== FIELD_END) {
    return null;
  }
  const split = bytes.subarray(0, stampEnd).indexOf(DURATION_FOLLOWS);
  const onset = secondsOf(bytes.subarray(0, split < 0 ? stampEnd : split), /^[+-]\d+(?:\.\d*)?$/);
  const duration =
    split < 0 ? null : secondsOf(bytes.subarray(split + 1, stampEnd), /^\d+(?:\.\d*)?$/);
  if (Number.isNaN(onset) || Number.isNaN(duration ?? 0)) {
    return null;
  }
  const texts = new TextDecoder().decode(bytes.subarray(stampEnd + 1, -1)).split('\x14');
  return { onset, duration, texts };
}

function secondsOf(bytes: Uint8Array, pattern: RegExp): number {
  const text = String.fromCharCode(...bytes.subarray(0, MAX_TIME_BYTES));
  return bytes.length <= MAX_TIME_BYTES && pattern.test(text) ? Number(text) : Number.NaN;
}
