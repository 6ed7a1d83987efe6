import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleSink } from './adapter.ts';

/** A batch is drawn and recorded as one: a quarter of a second of a fast stream. */
const CAPACITY = 128;

export type SampleCollectorOptions = {
  /** Position in `SampleSource.streams`. */
  readonly stream: number;
  /** Physical units per count, per channel. */
  readonly scales: Float64Array;
  readonly sink: Pick<SampleSink, 'onSamples'>;
};

/** Single samples of one stream to batches: one for each read, cut where something changes. */
export type SampleCollector = {
  /** The next sample, one value a channel: filled in by the caller before `commit`. */
  readonly values: Int32Array;
  /** Bits of CHANNEL_FLAG of the next sample, per channel. */
  readonly flags: Uint8Array;
  /** @param readAtNs when the bytes of this sample had been read. */
  readonly commit: (readAtNs: bigint) => void;
  /** So many samples were lost before the next one. */
  readonly lose: (count: number) => void;
  /** Gives what was collected; once at the end of each read. */
  readonly emit: () => void;
  readonly reset: () => void;
};

export function createSampleCollector(options: SampleCollectorOptions): SampleCollector {
  const { stream, scales, sink } = options;
  const channels = scales.length;
  const values = new Int32Array(channels);
  const flags = new Uint8Array(channels);
  const rows = new Int32Array(channels * CAPACITY);
  const planar = new Int32Array(channels * CAPACITY);
  const held = new Uint8Array(channels);
  const told = new Uint8Array(channels);
  let count = 0;
  let missingBefore = 0;
  let readAtNs = 0n;

  function emit(): void {
    if (count === 0) {
      return;
    }
    const lost = missingBefore > 0 ? CHANNEL_FLAG.lost : 0;
    for (let channel = 0; channel < channels; channel++) {
      told[channel] = (held[channel] ?? 0) | lost;
      const from = channel * count;
      for (let index = 0; index < count; index++) {
        planar[from + index] = rows[index * channels + channel] ?? 0;
      }
    }
    const batch = {
      stream,
      count,
      samples: planar.subarray(0, count * channels),
      missingBefore,
      readAtNs,
      channelFlags: told,
      scales,
      testSignal: false,
    };
    count = 0;
    missingBefore = 0;
    sink.onSamples(batch);
  }

  function flagsChanged(): boolean {
    for (let channel = 0; channel < channels; channel++) {
      if (held[channel] !== flags[channel]) {
        return true;
      }
    }
    return false;
  }

  return {
    values,
    flags,
    commit: (atNs) => {
      if (count === CAPACITY || (count > 0 && flagsChanged())) {
        emit();
      }
      if (count === 0) {
        held.set(flags);
      }
      rows.set(values, count * channels);
      count++;
      readAtNs = atNs;
    },
    lose: (lost) => {
      if (lost > 0) {
        emit();
        missingBefore += lost;
      }
    },
    emit,
    reset: () => {
      count = 0;
      missingBefore = 0;
    },
  };
}
