import type { StreamDescriptor } from '../../contracts/devices.ts';
import { ok, type Result } from '../../contracts/faults.ts';
import type { SampleBlock } from '../../contracts/sampleBlock.ts';
import type { Signal } from '../../main/exporter/sources.ts';
import { type ExcerptRange, readExcerpt } from '../../record/excerpt.ts';
import { excerptSignal } from '../../record/excerptSignal.ts';
import { nsToMs } from '../../record/hostTime.ts';
import { readRecording } from '../../record/reader.ts';
import type { Unwrap } from '../../record/sealed/types.ts';
import { openSource } from '../../record/source.ts';
import { leadValues, shownLeads } from '../../signal/leads.ts';

const SECOND = 1000;

export type RecordingFile = { readonly file: string; readonly unwrap: Unwrap };

export type RecordedStream = {
  /** Of its newest epoch. */
  readonly descriptor: StreamDescriptor;
  /** Host's monotonic time of its first sample, ms. */
  readonly beginMs: number;
};

export type Survey = {
  readonly recordingId: string | null;
  /** Those with samples. */
  readonly streams: readonly RecordedStream[];
  /** Something is torn or damaged: what is there is not all that was. */
  readonly isDamaged: boolean;
};

/** What a recording holds. Fails as `readRecording` does. */
export async function surveyRecording({ file, unwrap }: RecordingFile): Promise<Result<Survey>> {
  const descriptors = new Map<number, StreamDescriptor>();
  const begins = new Map<number, number>();
  let recordingId: string | null = null;
  const read = await readRecording(
    file,
    {
      onHeader: (found) => {
        recordingId ??= found.recordingId;
      },
      onDescriptor: (descriptor) => void descriptors.set(descriptor.streamId, descriptor),
      onBlock: (block) => {
        if (!begins.has(block.streamId)) {
          begins.set(block.streamId, beginMs(block));
        }
      },
    },
    unwrap,
  );
  if (!read.ok) {
    return read;
  }
  const streams = [...descriptors.values()].flatMap((descriptor) => {
    const begin = begins.get(descriptor.streamId);
    return begin === undefined ? [] : [{ descriptor, beginMs: begin }];
  });
  const isDamaged = read.value.tornBytes + read.value.damagedRuns > 0;
  return ok({ recordingId, streams, isDamaged });
}

function beginMs({ hostTimeNs, samplesPerChannel, rateHz }: SampleBlock): number {
  return nsToMs(hostTimeNs) - (samplesPerChannel * SECOND) / rateHz;
}

/** Seconds after the first sample; null: as far as it goes. */
export type Part = { readonly fromS: number; readonly seconds: number | null };

export function rangeOf({ descriptor, beginMs: begin }: RecordedStream, part: Part): ExcerptRange {
  const isStored = descriptor.origin === 'stored';
  // What was read out of a file has no time of the host: it is cut by its samples.
  const fromMs = part.fromS === 0 || isStored ? -Infinity : begin + part.fromS * SECOND;
  const toMs =
    part.seconds === null || isStored ? Infinity : begin + (part.fromS + part.seconds) * SECOND;
  return { streamId: descriptor.streamId, fromMs, toMs };
}

/** Nothing filtered. Fails as the file, EXPORT_NO_SIGNAL, EXPORT_UNSUPPORTED. */
export async function readSignal(
  { file, unwrap }: RecordingFile,
  range: ExcerptRange,
): Promise<Result<Signal>> {
  const source = await openSource(file, unwrap);
  if (!source.ok) {
    return source;
  }
  try {
    const excerpt = await readExcerpt(source.value, range);
    return excerpt.ok ? excerptSignal(excerpt.value, { shownLeads, leadValues }) : excerpt;
  } finally {
    await source.value.plain.close();
  }
}

/** A part of a signal, by its samples. */
export function cutSignal(signal: Signal, { fromS, seconds }: Part): Signal {
  const clamp = (sample: number): number =>
    Math.min(signal.samplesPerLead, Math.max(0, Math.round(sample)));
  const from = clamp(fromS * signal.rateHz);
  const to = seconds === null ? signal.samplesPerLead : clamp((fromS + seconds) * signal.rateHz);
  const startedAt = new Date(Date.parse(signal.startedAt) + (from * SECOND) / signal.rateHz);
  return {
    ...signal,
    leads: signal.leads.map((lead) => ({ ...lead, samples: lead.samples.subarray(from, to) })),
    samplesPerLead: to - from,
    startedAt: startedAt.toISOString(),
    gaps: signal.gaps.flatMap((gap) => {
      const start = Math.max(from, gap.fromSample);
      const end = Math.min(to, gap.fromSample + gap.samples);
      return end > start ? [{ fromSample: start - from, samples: end - start }] : [];
    }),
  };
}
