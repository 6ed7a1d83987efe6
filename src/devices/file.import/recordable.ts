import type { Lead } from '../../contracts/devices.ts';
import { type BlockUnit, CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleBatch, StreamSpec } from '../_sdk/adapter.ts';
import type { ImportedChannel, ImportedRecording, ImportedStream } from './recording.ts';

const BATCH_SAMPLES = 256;
const LOWEST_COUNT = -(2 ** 31);
const HIGHEST_COUNT = 2 ** 31 - 1;
const UNITS: Readonly<Record<string, BlockUnit>> = { uV: 'uV', '%': 'percent', s: 'second' };

export type RecordableStream = {
  readonly spec: StreamSpec;
  readonly samples: number;
  /** Cut where samples miss, or where a channel begins or ceases to be measured. */
  readonly batches: (readAtNs: bigint) => Generator<SampleBatch>;
};

/**
 * What of a file is a trace, in the form of a recording. Raw counts and scales are kept; what a
 * recording has no place for (an offset that is no whole count, a unit, a skew, an average beat) is
 * told as a warning.
 */
export function recordable(imported: ImportedRecording): {
  readonly streams: readonly RecordableStream[];
  readonly warnings: readonly string[];
} {
  const warnings: string[] = [];
  const streams: RecordableStream[] = [];
  imported.streams.forEach((stream, index) => {
    if (stream.origin === 'derived') {
      warnings.push(`import.averageBeatSetAside:${stream.name}`);
    } else {
      warnings.push(...warningsOf(stream));
      streams.push(toRecordable(stream, `${index}.${stream.name}`));
    }
  });
  return { streams, warnings };
}

function warningsOf(stream: ImportedStream): string[] {
  return stream.channels.flatMap((channel) => {
    const shift = channel.offset / channel.scale;
    return [
      ...(Math.abs(shift - Math.round(shift)) > 1e-6
        ? [`import.offsetRounded:${channel.name}`]
        : []),
      ...(channel.skewMs === 0 ? [] : [`import.skewNotKept:${channel.name}`]),
      ...(UNITS[channel.unit] === undefined ? [`import.unitInName:${channel.name}`] : []),
    ];
  });
}

/**
 * Whether every count, moved by the channel's offset, still is one of a recording: 32 bits that
 * overflow would turn into another voltage without a word.
 */
export function hasCountsThatFit({ streams }: Pick<ImportedRecording, 'streams'>): boolean {
  return streams.every(
    ({ origin, channels }) => origin === 'derived' || channels.every(countsOfChannelFit),
  );
}

function countsOfChannelFit(channel: ImportedChannel): boolean {
  const shift = shiftOf(channel);
  return (
    shift === 0 ||
    channel.samples.every(
      (count) => count + shift >= LOWEST_COUNT && count + shift <= HIGHEST_COUNT,
    )
  );
}

const shiftOf = ({ offset, scale }: ImportedChannel): number => Math.round(offset / scale);

function toRecordable(stream: ImportedStream, name: string): RecordableStream {
  const samples = stream.channels[0]?.samples.length ?? 0;
  const spec: StreamSpec = {
    name,
    kind: stream.kind,
    rateHz: stream.rateHz,
    channels: stream.channels.map((channel, code) => ({
      code,
      name: UNITS[channel.unit] === undefined ? `${channel.name} [${channel.unit}]` : channel.name,
      unit: UNITS[channel.unit] ?? 'count',
    })),
    leads: stream.kind === 'ecg' ? stream.channels.map(toLead) : [],
    storedOnly: true,
  };
  return { spec, samples, batches: (readAtNs) => batchesOf(stream, samples, readAtNs) };
}

function toLead(channel: ImportedChannel, index: number): Lead {
  return {
    name: channel.name,
    code: channel.code ?? '',
    derived: channel.derived,
    terms: [{ channel: index, weight: 1 }],
  };
}

function* batchesOf(
  stream: ImportedStream,
  samples: number,
  readAtNs: bigint,
): Generator<SampleBatch> {
  const { channels } = stream;
  const scales = Float64Array.from(channels, (channel) => channel.scale);
  const shifts = channels.map(shiftOf);
  const missing = new Map(
    stream.gaps.map((gap) => [gap.atSample, Math.round((gap.missingMs * stream.rateHz) / 1000)]),
  );
  const cuts = cutsOf(stream, samples);
  for (let at = 0; at < cuts.length - 1; at++) {
    const from = cuts[at] ?? 0;
    const to = cuts[at + 1] ?? from;
    for (let start = from; start < to; start += BATCH_SAMPLES) {
      const count = Math.min(BATCH_SAMPLES, to - start);
      const planar = new Int32Array(channels.length * count);
      channels.forEach((channel, index) => {
        const shift = shifts[index] ?? 0;
        const part = channel.samples.subarray(start, start + count);
        planar.set(shift === 0 ? part : part.map((value) => value + shift), index * count);
      });
      yield {
        stream: 0,
        count,
        samples: planar,
        missingBefore: start === from ? (missing.get(from) ?? 0) : 0,
        readAtNs,
        channelFlags: Uint8Array.from(channels, (channel) =>
          isMissing(channel, start) ? CHANNEL_FLAG.lost : 0,
        ),
        scales,
        testSignal: false,
      };
    }
  }
}

/** Sample numbers at which something changes, both ends included, in order. */
function cutsOf(stream: ImportedStream, samples: number): number[] {
  const cuts = new Set([0, samples]);
  for (const { atSample } of stream.gaps) {
    cuts.add(atSample);
  }
  for (const { from, count } of stream.channels.flatMap((channel) => channel.missing)) {
    cuts.add(from);
    cuts.add(from + count);
  }
  return [...cuts].filter((cut) => cut >= 0 && cut <= samples).toSorted((a, b) => a - b);
}

function isMissing(channel: ImportedChannel, sample: number): boolean {
  return channel.missing.some(({ from, count }) => sample >= from && sample < from + count);
}
