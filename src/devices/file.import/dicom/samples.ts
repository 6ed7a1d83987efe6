import type { MissingRun } from '../recording.ts';

/** Waveform Sample Interpretation (5400,1006) and Bits Allocated (5400,1004), PS3.3 C.10.9.1. */
export type SampleFormat = { readonly bytes: number; readonly isSigned: boolean };

const FORMATS: Readonly<Record<string, SampleFormat>> = {
  'SB 8': { bytes: 1, isSigned: true },
  'UB 8': { bytes: 1, isSigned: false },
  'SS 16': { bytes: 2, isSigned: true },
  'US 16': { bytes: 2, isSigned: false },
  'SL 32': { bytes: 4, isSigned: true },
};

/** @returns undefined for mu-law, A-law and what an Int32 cannot hold. */
export function sampleFormat(interpretation: string, bits: number): SampleFormat | undefined {
  return FORMATS[`${interpretation} ${bits}`];
}

function readerOf(
  bytes: Uint8Array,
  { bytes: width, isSigned }: SampleFormat,
  isLittle: boolean,
): (at: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 1) {
    return (at) => (isSigned ? view.getInt8(at) : view.getUint8(at));
  }
  if (width === 2) {
    return (at) => (isSigned ? view.getInt16(at, isLittle) : view.getUint16(at, isLittle));
  }
  return (at) => view.getInt32(at, isLittle);
}

/**
 * Samples of one channel out of the group's, which stand channel by channel for each instant.
 * @param bytes holds `channels * count` samples: the caller has checked it.
 */
export function readChannel(
  bytes: Uint8Array,
  format: SampleFormat,
  isBigEndian: boolean,
  shape: { readonly channel: number; readonly channels: number; readonly count: number },
): Int32Array {
  const read = readerOf(bytes, format, !isBigEndian);
  const samples = new Int32Array(shape.count);
  for (let index = 0; index < shape.count; index++) {
    samples[index] = read((index * shape.channels + shape.channel) * format.bytes);
  }
  return samples;
}

/** @returns the padding value (5400,100A) as a sample; undefined where the group has none. */
export function readPadding(
  bytes: Uint8Array,
  format: SampleFormat,
  isBigEndian: boolean,
): number | undefined {
  return bytes.length >= format.bytes ? readerOf(bytes, format, !isBigEndian)(0) : undefined;
}

/** Runs of the padding value: instants at which the machine says that it has no sample. */
export function paddingRuns(samples: Int32Array, padding: number | undefined): MissingRun[] {
  const runs: MissingRun[] = [];
  let from = -1;
  for (let index = 0; index <= samples.length; index++) {
    const isPadding = index < samples.length && samples[index] === padding;
    if (isPadding && from < 0) {
      from = index;
    } else if (!isPadding && from >= 0) {
      runs.push({ from, count: index - from });
      from = -1;
    }
  }
  return runs;
}
