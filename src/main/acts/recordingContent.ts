import path from 'node:path';
import type { Excerpt, Provenance } from '../../contracts/captures.ts';
import type { Measurement, StreamDescriptor } from '../../contracts/devices.ts';
import { ok, type Result } from '../../contracts/faults.ts';
import { type RecordedExcerpt, readExcerpt } from '../../record/excerpt.ts';
import { PREAMBLE_BYTES, RECORD_KIND } from '../../record/format.ts';
import { nsToMs } from '../../record/hostTime.ts';
import { visitRecord } from '../../record/reader.ts';
import { newScanEnd, scanRecords } from '../../record/scan.ts';
import type { Unwrap } from '../../record/sealed/types.ts';
import { openSource } from '../../record/source.ts';
import type { RecordingRow } from '../store/recordings.ts';
import { RECORDINGS_FOLDER } from './recordingBook.ts';

export type RecordingContent = {
  readonly measurements: readonly Measurement[];
  readonly descriptors: readonly StreamDescriptor[];
};

/** Chariot's data folder and the keys of its recordings. */
type Place = { readonly folder: string; readonly unwrap: Unwrap };

export function recordingFile(
  folder: string,
  { fileName }: Pick<RecordingRow, 'fileName'>,
): string {
  return path.join(folder, RECORDINGS_FOLDER, fileName);
}

/** The values and the streams of a recording, as far as it can be read; blocks are stepped over. */
export async function readContent(
  { folder, unwrap }: Place,
  row: Pick<RecordingRow, 'fileName'>,
): Promise<Result<RecordingContent>> {
  const source = await openSource(recordingFile(folder, row), unwrap);
  if (!source.ok) {
    return source;
  }
  const { plain } = source.value;
  const found = { measurements: [] as Measurement[], descriptors: [] as StreamDescriptor[] };
  const visitor = {
    onMeasurement: (value: Measurement) => void found.measurements.push(value),
    onDescriptor: (value: StreamDescriptor) => void found.descriptors.push(value),
  };
  try {
    for await (const record of scanRecords(plain, PREAMBLE_BYTES, plain.size, newScanEnd())) {
      if (record.kind !== RECORD_KIND.block) {
        visitRecord(record, visitor);
      }
    }
    return ok(found);
  } finally {
    await plain.close();
  }
}

export type FoundExcerpt = {
  readonly descriptor: StreamDescriptor;
  readonly gaps: Provenance['gaps'];
  /** Host time of the newest sample that is there, ms. */
  readonly reachesMs: number;
};

/** What a recording holds of a range. Fails with EXPORT_NO_SIGNAL, or as the file does. */
export async function findExcerpt(
  { folder, unwrap }: Place,
  row: Pick<RecordingRow, 'fileName'>,
  range: Omit<Excerpt, 'recordingId'>,
): Promise<Result<FoundExcerpt>> {
  const source = await openSource(recordingFile(folder, row), unwrap);
  if (!source.ok) {
    return source;
  }
  try {
    const excerpt = await readExcerpt(source.value, range);
    return excerpt.ok ? ok(toFound(excerpt.value)) : excerpt;
  } finally {
    await source.value.plain.close();
  }
}

function toFound({ epochs }: RecordedExcerpt): FoundExcerpt {
  const [first] = epochs;
  const last = epochs.at(-1);
  if (first === undefined || last === undefined) {
    throw new Error('an excerpt has an epoch');
  }
  return {
    descriptor: last.descriptor,
    gaps: [...epochs.flatMap(gapsWithin), ...gapsBetween(epochs)].toSorted(
      (one, other) => one.fromMs - other.fromMs,
    ),
    reachesMs: nsToMs(last.blocks.at(-1)?.hostTimeNs ?? 0n),
  };
}

type Epochs = RecordedExcerpt['epochs'];

/** Told by the device's own count. */
function gapsWithin({ blocks, zeroMs, descriptor }: Epochs[number]): Provenance['gaps'] {
  const timeOf = (sample: number): number => zeroMs + (sample * 1000) / descriptor.rateHz;
  let next = blocks[0]?.firstSample ?? 0;
  const gaps: Provenance['gaps'] = [];
  for (const { firstSample, samplesPerChannel } of blocks) {
    if (firstSample > next) {
      const missingSamples = firstSample - next;
      gaps.push({ fromMs: timeOf(next), toMs: timeOf(firstSample), missingSamples });
    }
    next = Math.max(next, firstSample + samplesPerChannel);
  }
  return gaps;
}

/** Between two epochs nobody counted. */
function gapsBetween(epochs: Epochs): Provenance['gaps'] {
  return epochs.slice(1).flatMap((epoch, at) => {
    const before = epochs[at]?.blocks.at(-1);
    const [after] = epoch.blocks;
    if (before === undefined || after === undefined) {
      return [];
    }
    const lengthMs = (after.samplesPerChannel * 1000) / after.rateHz;
    const fromMs = nsToMs(before.hostTimeNs);
    const toMs = Math.max(fromMs, nsToMs(after.hostTimeNs) - lengthMs);
    return [{ fromMs, toMs, missingSamples: null }];
  });
}
