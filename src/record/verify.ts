import type { DeviceEvent, Measurement, StreamDescriptor } from '../contracts/devices.ts';
import { ok, type Result } from '../contracts/faults.ts';
import { nsToMs } from './hostTime.ts';
import { type RecordingHeader, type RecordingVisitor, readRecords } from './reader.ts';
import type { SealedReader, Unwrap } from './sealed/types.ts';
import { openSource, type RecordingSource } from './source.ts';
import { createTally, type EpochTally } from './tally.ts';

export type EpochReport = Omit<EpochTally, 'nextSample' | 'firstHostTimeNs' | 'lastHostTimeNs'> & {
  /** Host's monotonic time of the first and last block, ms. */
  readonly fromMs: number;
  readonly toMs: number;
};

export type RecordingReport = {
  /** Nothing torn, damaged, doubled or missing. A gap that the device told is a fact, no error. */
  readonly whole: boolean;
  readonly sealed: boolean;
  /**
   * Whether the file itself says that it ends where it does; null: it is not sealed and cannot say it.
   * false: still being written, or its writer was stopped, or its end was taken away. Then it is not
   * called whole.
   */
  readonly closed: boolean | null;
  readonly recordingId: string | null;
  readonly createdAt: string | null;
  readonly fileBytes: number;
  readonly blocks: number;
  /** Samples per channel, over all streams. */
  readonly samples: number;
  /** Within epochs, plus one for each new epoch of a live stream. */
  readonly gaps: number;
  readonly lostSamples: number;
  readonly missingBlocks: number;
  readonly duplicates: number;
  readonly tornBytes: number;
  readonly damagedRuns: number;
  readonly malformedRecords: number;
  readonly epochs: readonly EpochReport[];
  readonly descriptors: readonly StreamDescriptor[];
  readonly events: readonly DeviceEvent[];
  readonly measurements: readonly Measurement[];
};

/**
 * Reads the whole file, in constant memory but for events, values and descriptors. Fails as
 * `readRecording` does.
 */
export async function verifyRecording(
  file: string,
  unwrap?: Unwrap,
): Promise<Result<RecordingReport>> {
  const source = await openSource(file, unwrap);
  if (!source.ok) {
    return source;
  }
  try {
    return await verifySource(source.value);
  } finally {
    await source.value.plain.close();
  }
}

async function verifySource({ plain, sealed }: RecordingSource): Promise<Result<RecordingReport>> {
  const tally = createTally();
  const content = createContent();
  const end = await readRecords(plain, {
    ...content.visitor,
    onBlock: (block) => tally.add(block),
  });
  if (!end.ok) {
    return end;
  }
  const { descriptors, events, measurements, malformedRecords, header } = content.found;
  const sums = sumEpochs(tally.epochs(), descriptors);
  const file = await proveFile(sealed);
  const tornBytes = end.value.tornBytes + file.tornBytes;
  // A damaged chunk is a damaged run of records too: counted once.
  const damagedRuns = Math.max(end.value.damagedRuns, file.damagedRuns);
  const wrong = tornBytes + damagedRuns + malformedRecords + sums.duplicates + sums.missingBlocks;
  return ok({
    whole: wrong === 0 && file.closed !== false,
    sealed: sealed !== null,
    closed: file.closed,
    recordingId: header?.recordingId ?? null,
    createdAt: header?.createdAt ?? null,
    fileBytes: end.value.fileBytes,
    ...sums,
    tornBytes,
    damagedRuns,
    malformedRecords,
    epochs: tally.epochs().map(reportEpoch),
    descriptors,
    events,
    measurements,
  });
}

/** What is wrong with the file around its content: also where no byte of the content is. */
async function proveFile(sealed: SealedReader | null) {
  if (sealed === null) {
    return { closed: null, tornBytes: 0, damagedRuns: 0 };
  }
  const { damagedRuns } = await sealed.check();
  return { closed: sealed.closed, tornBytes: sealed.tornBytes, damagedRuns };
}

function createContent() {
  const found = {
    descriptors: [] as StreamDescriptor[],
    events: [] as DeviceEvent[],
    measurements: [] as Measurement[],
    malformedRecords: 0,
    header: null as RecordingHeader | null,
  };
  const visitor: RecordingVisitor = {
    onHeader: (value) => {
      found.header ??= value;
    },
    onDescriptor: (descriptor) => found.descriptors.push(descriptor),
    onEvent: (event) => found.events.push(event),
    onMeasurement: (measurement) => found.measurements.push(measurement),
    onMalformed: () => {
      found.malformedRecords++;
    },
  };
  return { found, visitor };
}

function sumEpochs(
  epochs: readonly EpochTally[],
  descriptors: readonly Pick<StreamDescriptor, 'streamId' | 'epoch' | 'origin'>[],
) {
  const sum = (pick: (epoch: EpochTally) => number): number =>
    epochs.reduce((total, epoch) => total + pick(epoch), 0);
  // What a device stored was never continuous: a new session of it is no gap.
  const stored = new Set(
    descriptors
      .filter(({ origin }) => origin === 'stored')
      .map(({ streamId, epoch }) => `${streamId} ${epoch}`),
  );
  const live = epochs.filter(({ streamId, epoch }) => !stored.has(`${streamId} ${epoch}`));
  const streams = new Set(live.map((epoch) => epoch.streamId)).size;
  return {
    blocks: sum((epoch) => epoch.blocks),
    samples: sum((epoch) => epoch.samples),
    gaps: sum((epoch) => epoch.gaps) + live.length - streams,
    lostSamples: sum((epoch) => epoch.lostSamples),
    missingBlocks: sum((epoch) => epoch.missingBlocks),
    duplicates: sum((epoch) => epoch.duplicates),
  };
}

function reportEpoch(tally: EpochTally): EpochReport {
  const { nextSample: _, firstHostTimeNs, lastHostTimeNs, ...rest } = tally;
  return { ...rest, fromMs: nsToMs(firstHostTimeNs), toMs: nsToMs(lastHostTimeNs) };
}
