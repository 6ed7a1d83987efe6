import type { ImportedAnnotation, ImportedGap } from '../recording.ts';
import { damaged, incomplete, type Refusal, unsupported } from '../refusal.ts';
import { readTals } from './annotations.ts';
import { type EdfHeader, isAnnotations } from './header.ts';

/** Where a signal's samples stand within a record, in bytes. */
export type SignalPlace = { readonly offset: number; readonly bytes: number };

export type EdfLayout = { readonly recordBytes: number; readonly places: readonly SignalPlace[] };

/** @returns the layout once the file holds exactly the records that its header promises. */
export function layoutOf(
  header: EdfHeader,
  fileBytes: number,
): { ok: true; value: EdfLayout } | Refusal {
  const places: SignalPlace[] = [];
  let recordBytes = 0;
  for (const signal of header.signals) {
    const bytes = signal.samplesPerRecord * header.sampleBytes;
    places.push({ offset: recordBytes, bytes });
    recordBytes += bytes;
  }
  const present = Math.floor((fileBytes - header.headerBytes) / recordBytes);
  const params = { present, expected: header.records };
  if (header.records < 0) {
    return incomplete(header.format, 'edf.recordingNotClosed', params);
  }
  const expectedBytes = header.headerBytes + header.records * recordBytes;
  if (fileBytes < expectedBytes) {
    return incomplete(header.format, 'edf.truncated', params);
  }
  if (fileBytes > expectedBytes) {
    return damaged(header.format, 'edf.excessBytes', params);
  }
  return { ok: true, value: { recordBytes, places } };
}

/** When each record began, and what was annotated. Times count from the header's start time. */
export type EdfTimes = {
  readonly startMs: number;
  /** `atRecord` begins `missingMs` after the record before it ended. */
  readonly gaps: readonly { readonly atRecord: number; readonly missingMs: number }[];
  readonly annotations: readonly ImportedAnnotation[];
};

const TOLERANCE_MS = 0.5;

/** Plain EDF has no annotation signal: it starts at its start time and has no gaps. */
export function readTimes(
  bytes: Uint8Array,
  header: EdfHeader,
  layout: EdfLayout,
): { ok: true; value: EdfTimes } | Refusal {
  const places = layout.places.filter((_, index) => {
    const signal = header.signals[index];
    return signal !== undefined && isAnnotations(signal);
  });
  if (places.length === 0) {
    return header.isContinuous
      ? { ok: true, value: { startMs: 0, gaps: [], annotations: [] } }
      : damaged(header.format, 'edf.noTimeKeeping');
  }
  const onsets: number[] = [];
  const annotations: ImportedAnnotation[] = [];
  for (let record = 0; record < header.records; record++) {
    const start = header.headerBytes + record * layout.recordBytes;
    for (const [index, place] of places.entries()) {
      const from = start + place.offset;
      const tals = readTals(bytes.subarray(from, from + place.bytes), index === 0);
      if (tals === null || (index === 0 && tals.onset === null)) {
        return damaged(header.format, 'edf.annotations', { record });
      }
      onsets.push(...(tals.onset === null ? [] : [tals.onset * 1000]));
      annotations.push(...tals.annotations);
    }
  }
  return gapsOf(header, onsets, annotations);
}

function gapsOf(
  header: EdfHeader,
  onsets: readonly number[],
  annotations: readonly ImportedAnnotation[],
): { ok: true; value: EdfTimes } | Refusal {
  const gaps: { atRecord: number; missingMs: number }[] = [];
  for (let record = 1; record < onsets.length; record++) {
    const end = (onsets[record - 1] ?? 0) + header.recordSeconds * 1000;
    const missingMs = (onsets[record] ?? 0) - end;
    if (missingMs < -TOLERANCE_MS) {
      return damaged(header.format, 'edf.recordOrder', { record });
    }
    if (missingMs > TOLERANCE_MS) {
      gaps.push({ atRecord: record, missingMs });
    }
  }
  if (gaps.length > 0 && header.isContinuous) {
    return unsupported(header.format, 'edf.gapsInContinuous', { record: gaps[0]?.atRecord ?? 0 });
  }
  return { ok: true, value: { startMs: onsets[0] ?? 0, gaps, annotations } };
}

/** @returns the samples of one signal out of all records, in order. */
export function readSamples(
  bytes: Uint8Array,
  header: EdfHeader,
  layout: EdfLayout,
  place: SignalPlace,
): Int32Array {
  const width = header.sampleBytes;
  const perRecord = place.bytes / width;
  const samples = new Int32Array(perRecord * header.records);
  for (let record = 0; record < header.records; record++) {
    const start = header.headerBytes + record * layout.recordBytes + place.offset;
    for (let index = 0; index < perRecord; index++) {
      samples[record * perRecord + index] = sampleAt(bytes, start + index * width, width);
    }
  }
  return samples;
}

/** Two's complement, little-endian, of 2 or 3 bytes. */
function sampleAt(bytes: Uint8Array, at: number, width: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  return width === 2 ? (low << 16) >> 16 : ((low | ((bytes[at + 2] ?? 0) << 16)) << 8) >> 8;
}

export function gapsInSamples(
  gaps: EdfTimes['gaps'],
  samplesPerRecord: number,
): readonly ImportedGap[] {
  return gaps.map(({ atRecord, missingMs }) => ({
    atSample: atRecord * samplesPerRecord,
    missingMs,
  }));
}
