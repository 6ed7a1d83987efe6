import type { StreamKind } from '../../contracts/devices.ts';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleSink, StreamSpec } from '../_sdk/adapter.ts';
import type { ConfigObject, Configuration, SampleArray } from './configuration.ts';
import { microvoltsPer } from './metrics.ts';
import { PARTITION } from './nomenclature.ts';
import { sampleBytes } from './observation.ts';
import type { ScanReport } from './scanReports.ts';

/** MDC_ECG_ELEC_POTL and its leads (ISO/IEEE 11073-10101): base code + number of the lead. */
const ECG_LEADS: ReadonlyMap<number, string> = new Map([
  [256, 'ECG'],
  [257, 'I'],
  [258, 'II'],
  [259, 'V1'],
  [260, 'V2'],
  [261, 'V3'],
  [262, 'V4'],
  [263, 'V5'],
  [264, 'V6'],
  [317, 'III'],
  [318, 'aVR'],
  [319, 'aVL'],
  [320, 'aVF'],
]);
/** MDC_PULS_OXIM_PLETH. */
const PLETHYSMOGRAM = 19380;

export const ECG_LEAD_NAMES = [...ECG_LEADS.values()];

type Channel = {
  readonly object: ConfigObject;
  readonly array: SampleArray;
  readonly name: string;
  readonly unit: 'uV' | 'count';
  /** Physical unit of one count. */
  readonly scale: number;
  /** Count that stands for zero. */
  readonly zero: number;
};

type Group = {
  readonly spec: StreamSpec;
  readonly channels: readonly Channel[];
  readonly samples: number;
  readonly planar: Int32Array;
  readonly flags: Uint8Array;
  readonly scales: Float64Array;
  filled: number;
};

export type SampleStreams = {
  readonly specs: readonly StreamSpec[];
  /** @param source handle of who reports: 0 is the agent itself, any other one a scanner. */
  accept(report: ScanReport, source: number, readAtNs: bigint): void;
  /** A new association: numbers begin anew. */
  reset(): void;
};

/** Real-time sample arrays to batches: arrays of one period and kind form one stream. */
export function createSampleStreams(
  configuration: Configuration,
  sink: Pick<SampleSink, 'onSamples' | 'onBadFrames'>,
): SampleStreams {
  const groups = groupsOf(configuration);
  const places = new Map<number, readonly [group: number, channel: number]>(
    groups.flatMap((group, at) =>
      group.channels.map((channel, index) => [channel.object.handle, [at, index]] as const),
    ),
  );
  const lastNumbers = new Map<number, number>();

  /** Reports that their source counted since the one before; null: this one came before. */
  function missed(source: number, number: number): number | null {
    const last = lastNumbers.get(source);
    lastNumbers.set(source, number);
    if (last === undefined) {
      return 0;
    }
    const step = (number - last) & 0xffff;
    if (step === 0) {
      // An agent itself, unlike its scanners, need not number what it reports.
      return source === 0 ? 0 : null;
    }
    // Half a turn back: the source was restarted, which is no loss.
    return step < 0x8000 ? step - 1 : 0;
  }

  function emit(stream: number, missingBefore: number, readAtNs: bigint): void {
    const group = groups[stream];
    if (group === undefined || group.filled === 0) {
      return;
    }
    for (let channel = 0; channel < group.channels.length; channel++) {
      if ((group.filled & (1 << channel)) === 0) {
        group.planar.fill(0, channel * group.samples, (channel + 1) * group.samples);
        group.flags[channel] = CHANNEL_FLAG.lost;
      }
    }
    group.filled = 0;
    sink.onSamples({
      stream,
      count: group.samples,
      samples: group.planar,
      missingBefore,
      readAtNs,
      channelFlags: group.flags,
      scales: group.scales,
      testSignal: false,
    });
    group.flags.fill(0);
  }

  return {
    specs: groups.map((group) => group.spec),
    accept: (report, source, readAtNs) => {
      const lost = missed(source, report.number);
      if (lost === null || !report.scans.some((scan) => places.has(scan.handle))) {
        return;
      }
      let missing = groups.map((group) => lost * group.samples);
      for (const scan of report.scans) {
        const [stream, index] = places.get(scan.handle) ?? [-1, -1];
        const group = groups[stream];
        const channel = group?.channels[index];
        if (group === undefined || channel === undefined) {
          continue;
        }
        if (group.filled & (1 << index)) {
          emit(stream, missing[stream] ?? 0, readAtNs);
          missing = missing.with(stream, 0);
        }
        const bytes = sampleBytes(scan.attributes, channel.object);
        if (bytes === null) {
          sink.onBadFrames(1);
          continue;
        }
        unpack(bytes, channel, group.planar, index * group.samples);
        group.filled |= 1 << index;
      }
      for (let stream = 0; stream < groups.length; stream++) {
        emit(stream, missing[stream] ?? 0, readAtNs);
      }
    },
    reset: () => {
      lastNumbers.clear();
      for (const group of groups) {
        group.filled = 0;
      }
    },
  };
}

function unpack(bytes: Uint8Array, { array, zero }: Channel, into: Int32Array, at: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { bytesPerSample, signed, samples } = array;
  const shift = 32 - bytesPerSample * 8;
  for (let index = 0; index < samples; index++) {
    const raw =
      bytesPerSample === 1
        ? view.getUint8(index)
        : bytesPerSample === 2
          ? view.getUint16(index * 2)
          : view.getUint32(index * 4);
    into[at + index] = (signed ? (raw << shift) >> shift : raw) - zero;
  }
}

/** A word has 32 bits: more channels of one kind do not fit, and no agent has them. */
const MAX_CHANNELS = 31;

function groupsOf(configuration: Configuration): Group[] {
  const byShape = new Map<string, Channel[]>();
  for (const object of configuration.objects.values()) {
    const channel = channelOf(object);
    if (channel !== null) {
      const { periodMs, samples } = channel.array;
      const shape = `${kindOf(object)} ${channel.unit} ${periodMs} ${samples}`;
      byShape.set(shape, [...(byShape.get(shape) ?? []), channel]);
    }
  }
  const used = new Set<string>();
  return [...byShape.values()].map((all) => {
    const channels = all.slice(0, MAX_CHANNELS);
    const kind = channels[0] === undefined ? 'other' : kindOf(channels[0].object);
    const name = used.has(kind) ? `${kind}${used.size}` : kind;
    used.add(name);
    return groupOf(name, kind, channels);
  });
}

function groupOf(name: string, kind: StreamKind, channels: readonly Channel[]): Group {
  const { periodMs, samples } = channels[0]?.array ?? { periodMs: 1000, samples: 0 };
  return {
    spec: {
      name,
      kind,
      rateHz: 1000 / periodMs,
      channels: channels.map((channel, code) => ({ code, name: channel.name, unit: channel.unit })),
      leads: kind === 'ecg' ? channels.map((channel, at) => leadOf(channel.name, at)) : [],
    },
    channels,
    samples,
    planar: new Int32Array(channels.length * samples),
    flags: new Uint8Array(channels.length),
    scales: Float64Array.from(channels, (channel) => channel.scale),
    filled: 0,
  };
}

function leadOf(name: string, channel: number): StreamSpec['leads'][number] {
  const code = name === 'ECG' ? 'MDC_ECG_ELEC_POTL' : `MDC_ECG_LEAD_${name.toUpperCase()}`;
  return { name, code, derived: false, terms: [{ channel, weight: 1 }] };
}

function kindOf({ type }: ConfigObject): StreamKind {
  if (type?.partition !== PARTITION.scada) {
    return 'other';
  }
  return ECG_LEADS.has(type.code) ? 'ecg' : type.code === PLETHYSMOGRAM ? 'pleth' : 'other';
}

function channelOf(object: ConfigObject): Channel | null {
  const array = object.sampleArray;
  if (array === null || object.type === null) {
    return null;
  }
  const { lowerValue, upperValue, lower, upper } = array.scale;
  const perCount = (upperValue - lowerValue) / (upper - lower);
  const microvolts = microvoltsPer(object.unit);
  const name = ECG_LEADS.get(object.type.code) ?? `${object.type.code}`;
  if (kindOf(object) !== 'ecg') {
    return { object, array, name, unit: 'count', scale: 1, zero: 0 };
  }
  if (microvolts === null || !(perCount !== 0)) {
    // A potential without a unit of potential cannot be drawn to scale: it is not shown.
    return null;
  }
  // A block's counts are zero at zero volts. The zero may lie between two counts: at most half a
  // count of a baseline, which an electrocardiogram does not have.
  const zero = Math.round(lower - lowerValue / perCount);
  return { object, array, name, unit: 'uV', scale: perCount * microvolts, zero };
}
