import type { DeviceEvent, Measurement, StreamDescriptor } from '../../../contracts/devices.ts';
import { ok, type Result } from '../../../contracts/faults.ts';
import { nsToMs } from '../../_sdk/time.ts';
import { readRecording } from './reader.ts';
import { createTally, type EpochTally } from './tally.ts';

export type EpochReport = Omit<EpochTally, 'nextSample' | 'firstHostTimeNs' | 'lastHostTimeNs'> & {
  /** Host's monotonic time of the first and last block, ms. */
  readonly fromMs: number;
  readonly toMs: number;
};

export type RecordingReport = {
  /** Nothing torn, damaged, doubled or missing. A gap that the device told is a fact, no error. */
  readonly whole: boolean;
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

/** Reads the whole file once, in constant memory but for events, values and descriptors. */
export async function verifyRecording(file: string): Promise<Result<RecordingReport>> {
  const tally = createTally();
  const descriptors: StreamDescriptor[] = [];
  const events: DeviceEvent[] = [];
  const measurements: Measurement[] = [];
  let header: { recordingId: string; createdAt: string } | null = null;
  let malformedRecords = 0;
  const end = await readRecording(file, {
    onHeader: (value) => {
      header ??= value;
    },
    onDescriptor: (descriptor) => descriptors.push(descriptor),
    onBlock: (block) => tally.add(block),
    onEvent: (event) => events.push(event),
    onMeasurement: (measurement) => measurements.push(measurement),
    onMalformed: () => {
      malformedRecords++;
    },
  });
  if (!end.ok) {
    return end;
  }
  const { fileBytes, tornBytes, damagedRuns } = end.value;
  const sums = sumEpochs(tally.epochs(), descriptors);
  const found = header as { recordingId: string; createdAt: string } | null;
  return ok({
    whole: tornBytes + damagedRuns + malformedRecords + sums.duplicates + sums.missingBlocks === 0,
    recordingId: found?.recordingId ?? null,
    createdAt: found?.createdAt ?? null,
    fileBytes,
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
