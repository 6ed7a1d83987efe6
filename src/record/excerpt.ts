import type { StreamDescriptor } from '../contracts/devices.ts';
import { failed, ok, type Result } from '../contracts/faults.ts';
import { HEADER_BYTES, hostTimeOf, type SampleBlock } from '../contracts/sampleBlock.ts';
import { PREAMBLE_BYTES, RECORD_KIND } from './format.ts';
import { nsToMs } from './hostTime.ts';
import { visitRecord } from './reader.ts';
import { newScanEnd, type ScannedRecord, scanRecords } from './scan.ts';
import type { RecordingSource } from './source.ts';

/** Streams of different devices stand in the file as they came: never further apart than this. */
const DISORDER_MS = 15_000;

/** By the host's monotonic clock, ms; infinite: as far as the recording goes. */
export type ExcerptRange = {
  readonly streamId: number;
  readonly fromMs: number;
  readonly toMs: number;
};

export type ExcerptEpoch = {
  readonly descriptor: StreamDescriptor;
  /** Those that touch the range, in order; never none. */
  readonly blocks: readonly SampleBlock[];
  /**
   * Host time of the epoch's sample 0, ms: of all its blocks here, the one that came with the least
   * delay tells it best.
   */
  readonly zeroMs: number;
};

export type RecordedExcerpt = ExcerptRange & {
  readonly epochs: readonly ExcerptEpoch[];
  /** Damaged places of the file that were stepped over on the way: blocks may be missing for them. */
  readonly damagedRuns: number;
};

type Found = {
  readonly descriptors: Map<number, StreamDescriptor>;
  readonly epochs: Map<number, SampleBlock[]>;
};

/**
 * Reads a range of one stream; of a sealed recording only what is near it. Fails with
 * EXPORT_NO_SIGNAL where the recording has none of it, RECORDING_CORRUPT where nothing says any more
 * what the stream is.
 */
export async function readExcerpt(
  source: RecordingSource,
  range: ExcerptRange,
): Promise<Result<RecordedExcerpt>> {
  const found: Found = { descriptors: new Map(), epochs: new Map() };
  const from = await startOf(source, range.fromMs - DISORDER_MS);
  const damagedRuns = await collect(source, from, range, found);
  if (found.epochs.size === 0) {
    return failed('EXPORT_NO_SIGNAL', { streamId: range.streamId });
  }
  const epochs: ExcerptEpoch[] = [];
  for (const [epoch, blocks] of found.epochs) {
    const descriptor =
      found.descriptors.get(epoch) ?? (await pinned(source, range.streamId, epoch, from));
    if (descriptor === null) {
      return failed('RECORDING_CORRUPT', { streamId: range.streamId });
    }
    epochs.push({ descriptor, blocks, zeroMs: Math.min(...blocks.map(zeroOf)) });
  }
  return ok({ ...range, epochs, damagedRuns });
}

async function startOf({ sealed }: RecordingSource, timeMs: number): Promise<number> {
  const offset = (await sealed?.offsetOfTime(timeMs)) ?? 0;
  return Math.max(PREAMBLE_BYTES, offset);
}

/** @returns runs of damage. */
async function collect(
  { plain }: RecordingSource,
  from: number,
  range: ExcerptRange,
  found: Found,
): Promise<number> {
  const end = newScanEnd();
  let past = false;
  const visitor = {
    onDescriptor: (descriptor: StreamDescriptor) => {
      if (descriptor.streamId === range.streamId) {
        found.descriptors.set(descriptor.epoch, descriptor);
      }
    },
    onBlock: (block: SampleBlock) => {
      past = isPast(block, range);
      if (block.streamId === range.streamId && touches(block, range)) {
        const blocks = found.epochs.get(block.epoch) ?? [];
        found.epochs.set(block.epoch, blocks);
        blocks.push({ ...block, samples: block.samples.slice() });
      }
    },
  };
  for await (const record of scanRecords(plain, from, plain.size, end)) {
    if (!isBefore(record, range.fromMs)) {
      visitRecord(record, visitor);
    }
    if (past) {
      break;
    }
  }
  return end.damagedRuns;
}

/** A block of which all was read before the range; it is not decoded to know that. */
function isBefore({ kind, payload }: ScannedRecord, fromMs: number): boolean {
  return (
    kind === RECORD_KIND.block &&
    payload.length >= HEADER_BYTES &&
    nsToMs(hostTimeOf(payload)) < fromMs
  );
}

function isPast(block: SampleBlock, { streamId, toMs }: ExcerptRange): boolean {
  return beginMs(block) > (block.streamId === streamId ? toMs : toMs + DISORDER_MS);
}

function touches(block: SampleBlock, { fromMs, toMs }: ExcerptRange): boolean {
  return nsToMs(block.hostTimeNs) >= fromMs && beginMs(block) <= toMs;
}

/** When its first sample was taken, as far as the moment tells at which its last one was read. */
function beginMs({ hostTimeNs, samplesPerChannel, rateHz }: SampleBlock): number {
  return nsToMs(hostTimeNs) - (samplesPerChannel * 1000) / rateHz;
}

function zeroOf(block: SampleBlock): number {
  return beginMs(block) - (block.firstSample * 1000) / block.rateHz;
}

/** The descriptor of an epoch that began before what was read: by the pins, newest first. */
async function pinned(
  { plain, sealed }: RecordingSource,
  streamId: number,
  epoch: number,
  before: number,
): Promise<StreamDescriptor | null> {
  for await (const { tag, offset } of sealed?.pins(before) ?? []) {
    const descriptor = tag === streamId ? await descriptorAt(plain, offset) : null;
    if (descriptor?.streamId === streamId && descriptor.epoch === epoch) {
      return descriptor;
    }
  }
  return null;
}

async function descriptorAt(
  plain: RecordingSource['plain'],
  offset: number,
): Promise<StreamDescriptor | null> {
  let found: StreamDescriptor | null = null;
  for await (const record of scanRecords(plain, offset, plain.size, newScanEnd())) {
    visitRecord(record, {
      onDescriptor: (descriptor) => {
        found = descriptor;
      },
    });
    break;
  }
  return found;
}
