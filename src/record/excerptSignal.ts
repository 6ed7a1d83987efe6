import type { Lead, StreamDescriptor } from '../contracts/devices.ts';
import { failed, ok, type Result } from '../contracts/faults.ts';
import {
  BLOCK_FLAG,
  type BlockUnit,
  CHANNEL_FLAG,
  type SampleBlock,
} from '../contracts/sampleBlock.ts';
import type { ExcerptEpoch, RecordedExcerpt } from './excerpt.ts';

/** Part of a sample by which two ways of computing its time may differ. */
const ROUNDING = 1e-6;

/** One lead; samples that were lost are NaN, in `unit` otherwise. */
export type ExcerptLead = {
  readonly name: string;
  /** MDC code name, empty where the channel has none. */
  readonly code: string;
  readonly derived: boolean;
  readonly unit: BlockUnit;
  readonly samples: Float64Array;
};

/** What an exporter takes: the `Signal` of src/main/exporter. */
export type ExcerptSignal = {
  readonly leads: readonly ExcerptLead[];
  readonly rateHz: number;
  readonly samplesPerLead: number;
  /** Wall clock of the first sample, a label. */
  readonly startedAt: string;
  readonly gaps: readonly { readonly fromSample: number; readonly samples: number }[];
};

type NamedLead = Lead & { readonly unit: BlockUnit };

/** How counts become leads: `shownLeads` and `leadValues` of src/signal. */
export type LeadMath = {
  readonly shownLeads: (descriptor: StreamDescriptor) => readonly NamedLead[];
  readonly leadValues: (block: SampleBlock, lead: Lead, out: Float64Array) => number;
};

/** Samples `from` to `to` of a block, and where they go. */
type Piece = {
  readonly block: SampleBlock;
  readonly from: number;
  readonly to: number;
  readonly at: number;
};

/**
 * One row of values for each lead, without filter. What is missing within an epoch, and the time
 * between two epochs by the host's clock, is NaN and told as a gap. Fails with EXPORT_NO_SIGNAL, or
 * EXPORT_UNSUPPORTED where the stream changed its rate or its leads within the range.
 */
export function excerptSignal(excerpt: RecordedExcerpt, math: LeadMath): Result<ExcerptSignal> {
  const [first] = excerpt.epochs;
  const pieces = place(excerpt);
  const [start] = pieces;
  if (first === undefined || start === undefined) {
    return failed('EXPORT_NO_SIGNAL', { streamId: excerpt.streamId });
  }
  const { descriptor } = first;
  if (!excerpt.epochs.every((epoch) => isSameShape(epoch.descriptor, descriptor))) {
    return failed('EXPORT_UNSUPPORTED', { streamId: excerpt.streamId });
  }
  const samplesPerLead = Math.max(...pieces.map(({ at, from, to }) => at + to - from));
  const leads = math.shownLeads(descriptor).map((lead) => ({
    name: lead.name,
    code: lead.code,
    derived: lead.derived,
    unit: lead.unit,
    samples: valuesOf(lead, pieces, samplesPerLead, math),
  }));
  return ok({
    leads,
    rateHz: descriptor.rateHz,
    samplesPerLead,
    startedAt: wallClockOf(descriptor, start.block.firstSample + start.from),
    gaps: gapsOf(pieces),
  });
}

function isSameShape(one: StreamDescriptor, other: StreamDescriptor): boolean {
  const shape = ({ rateHz, channels, leads }: StreamDescriptor): string =>
    JSON.stringify([rateHz, channels, leads]);
  return shape(one) === shape(other);
}

/** Every sample within the range, at its place: by the device's count, between epochs by the clock. */
function place(excerpt: RecordedExcerpt): Piece[] {
  const pieces: Piece[] = [];
  let zero: { readonly ms: number; readonly sample: number } | null = null;
  let end = 0;
  for (const epoch of excerpt.epochs) {
    const cut = epoch.blocks.map((block) => cutBlock(block, epoch, excerpt));
    const inside = cut.filter(({ from, to }) => to > from);
    const [first] = inside;
    if (first === undefined) {
      continue;
    }
    const firstSample = first.block.firstSample + first.from;
    const firstMs = epoch.zeroMs + (firstSample * 1000) / epoch.descriptor.rateHz;
    zero ??= { ms: firstMs, sample: firstSample };
    const byClock = Math.round(((firstMs - zero.ms) * epoch.descriptor.rateHz) / 1000);
    const shift = Math.max(end, byClock) - firstSample;
    for (const { block, from, to } of inside) {
      pieces.push({ block, from, to, at: block.firstSample + from + shift });
    }
    end = Math.max(...pieces.map(({ at, from, to }) => at + to - from));
  }
  return pieces;
}

/** Which samples of the block are within the range. What a device had stored has no time of the host. */
function cutBlock(
  block: SampleBlock,
  { zeroMs, descriptor }: ExcerptEpoch,
  { fromMs, toMs }: RecordedExcerpt,
): Omit<Piece, 'at'> {
  const count = block.samplesPerChannel;
  if (descriptor.origin === 'stored') {
    return { block, from: 0, to: count };
  }
  const within = (timeMs: number): number => {
    const sample = ((timeMs - zeroMs) * block.rateHz) / 1000 - block.firstSample;
    return Math.min(count, Math.max(0, Math.ceil(sample - ROUNDING)));
  };
  return { block, from: within(fromMs), to: within(toMs) };
}

function valuesOf(
  lead: NamedLead,
  pieces: readonly Piece[],
  samplesPerLead: number,
  { leadValues }: LeadMath,
): Float64Array {
  const values = new Float64Array(samplesPerLead).fill(Number.NaN);
  for (const { block, from, to, at } of pieces) {
    const whole = new Float64Array(block.samplesPerChannel);
    const flags = leadValues(block, lead, whole);
    // After a gap the flag tells of what is missing before the block; else the block itself has no value.
    const isGap = (block.flags & BLOCK_FLAG.gapBefore) !== 0;
    if ((flags & CHANNEL_FLAG.lost) === 0 || isGap) {
      values.set(whole.subarray(from, to), at);
    }
  }
  return values;
}

function gapsOf(pieces: readonly Piece[]): { fromSample: number; samples: number }[] {
  const gaps: { fromSample: number; samples: number }[] = [];
  let end = 0;
  for (const { at, from, to } of pieces) {
    if (at > end) {
      gaps.push({ fromSample: end, samples: at - end });
    }
    end = Math.max(end, at + to - from);
  }
  return gaps;
}

/** A stored stream keeps the device's own time, local and without zone; another has the host's. */
function wallClockOf(descriptor: StreamDescriptor, sample: number): string {
  const { origin, recordedAt, startedAt, rateHz } = descriptor;
  const afterMs = (sample * 1000) / rateHz;
  const stored =
    origin === 'stored' && recordedAt !== null ? Date.parse(`${recordedAt}Z`) : Number.NaN;
  return Number.isNaN(stored)
    ? new Date(Date.parse(startedAt) + afterMs).toISOString()
    : new Date(stored + afterMs).toISOString().slice(0, -1);
}
