import { crc32c } from './crc32c.ts';
import type { FaultCode } from './faults.ts';

/**
 * The one unit in which signals travel, are recorded and are replayed. Byte layout:
 * docs/sample-block.md. All numbers little-endian; samples planar Int32 raw counts.
 */
export const SAMPLE_BLOCK_VERSION = 1;
export const HEADER_BYTES = 56;
export const CHANNEL_BYTES = 16;
const HOST_TIME_AT = 32;
export const CHECKSUM_BYTES = 4;
/**
 * Each start of the device host counts its epochs from the next multiple of this, so that it may emit
 * before it has read the record. Epochs between two starts do not exist.
 */
export const EPOCHS_PER_START = 65_536;
export const MAX_CHANNELS = 64;
export const MAX_SAMPLES_PER_CHANNEL = 16_384;

/** Facts about a whole block. */
export const BLOCK_FLAG = {
  /** Delivered after its time, out of the cart's record. */
  late: 1 << 0,
  /** At least one sample is missing between the block before and this one. */
  gapBefore: 1 << 1,
  /** The device's own test signal, never a patient's. */
  testSignal: 1 << 2,
} as const;

/** Facts about one channel of one block. */
export const CHANNEL_FLAG = {
  leadOff: 1 << 0,
  saturated: 1 << 1,
  lost: 1 << 2,
} as const;

/** Physical unit of `count * scale`. */
export const UNIT_CODES = {
  uV: 1,
  count: 2,
  percent: 3,
  litre: 4,
  litrePerSecond: 5,
  ohm: 6,
  perMinute: 7,
  second: 8,
  degreeCelsius: 9,
} as const;
export type BlockUnit = keyof typeof UNIT_CODES;
export const BLOCK_UNITS = Object.keys(UNIT_CODES) as [BlockUnit, ...BlockUnit[]];
const UNIT_BY_CODE = new Map<number, BlockUnit>(
  Object.entries(UNIT_CODES).map(([unit, code]) => [code, unit as BlockUnit]),
);

export type BlockChannel = {
  /** Number of the channel within its stream, from the stream's descriptor. */
  readonly code: number;
  /** Bits of CHANNEL_FLAG. */
  readonly flags: number;
  readonly unit: BlockUnit;
  /** Physical units per count. */
  readonly scale: number;
};

export type SampleBlock = {
  readonly streamId: number;
  /** Counts the starts of the stream's session; a new epoch means that continuity was broken. */
  readonly epoch: number;
  /** Number of the block within its epoch, from 0 without holes as emitted. */
  readonly seq: number;
  /** Bits of BLOCK_FLAG. */
  readonly flags: number;
  /** Index, within the epoch, of the first sample as the device counts them: lost ones count. */
  readonly firstSample: number;
  /** The device's own clock at the first sample, ms since the epoch began. */
  readonly deviceTimeMs: number;
  /** Host's monotonic clock when the bytes that completed the block had been read, ns. */
  readonly hostTimeNs: bigint;
  /** Nominal rate, Hz. */
  readonly rateHz: number;
  readonly samplesPerChannel: number;
  readonly channels: readonly BlockChannel[];
  /** Planar raw counts: channel c is samples[c * samplesPerChannel ...]. */
  readonly samples: Int32Array;
};

export type BlockFaultCode = Extract<FaultCode, `BLOCK_${string}`>;
export type BlockDecodeResult =
  | { readonly ok: true; readonly block: SampleBlock }
  | { readonly ok: false; readonly code: BlockFaultCode };

const LITTLE_ENDIAN_HOST = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** @returns the encoded size in bytes for a shape. */
export function blockByteLength(channels: number, samplesPerChannel: number): number {
  return (
    HEADER_BYTES + channels * CHANNEL_BYTES + channels * samplesPerChannel * 4 + CHECKSUM_BYTES
  );
}

/**
 * @returns newly allocated bytes of the block.
 * @throws RangeError when the block's shape contradicts itself: that is a bug of the caller.
 */
export function encodeBlock(block: SampleBlock): Uint8Array<ArrayBuffer> {
  assertShape(block);
  const count = block.channels.length;
  const bytes = new Uint8Array(blockByteLength(count, block.samplesPerChannel));
  const view = new DataView(bytes.buffer);
  writeHeader(view, block);
  block.channels.forEach((channel, index) => {
    writeChannel(view, HEADER_BYTES + index * CHANNEL_BYTES, channel);
  });
  const samplesAt = HEADER_BYTES + count * CHANNEL_BYTES;
  if (LITTLE_ENDIAN_HOST) {
    new Int32Array(bytes.buffer, samplesAt, block.samples.length).set(block.samples);
  } else {
    block.samples.forEach((value, index) => {
      view.setInt32(samplesAt + index * 4, value, true);
    });
  }
  seal(bytes);
  return bytes;
}

/**
 * Decodes without copying the samples where the host is little-endian and `bytes` is 4-aligned.
 * Never throws: bytes come from files and networks.
 */
export function decodeBlock(bytes: Uint8Array): BlockDecodeResult {
  if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES) {
    return { ok: false, code: 'BLOCK_TRUNCATED' };
  }
  if (bytes[0] !== SAMPLE_BLOCK_VERSION) {
    return { ok: false, code: 'BLOCK_VERSION_UNKNOWN' };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channelCount = view.getUint16(4, true);
  const samplesPerChannel = view.getUint16(6, true);
  if (bytes.length !== blockByteLength(channelCount, samplesPerChannel)) {
    return { ok: false, code: 'BLOCK_TRUNCATED' };
  }
  const body = bytes.subarray(0, bytes.length - CHECKSUM_BYTES);
  if (crc32c(body) !== view.getUint32(body.length, true)) {
    return { ok: false, code: 'BLOCK_CHECKSUM' };
  }
  const channels = readChannels(view, channelCount);
  const rateHz = view.getFloat64(48, true);
  if (channels === null || !(rateHz > 0) || view.getUint16(2, true) !== HEADER_BYTES) {
    return { ok: false, code: 'BLOCK_MALFORMED' };
  }
  const samplesAt = HEADER_BYTES + channelCount * CHANNEL_BYTES;
  return {
    ok: true,
    block: {
      streamId: view.getUint32(8, true),
      epoch: view.getUint32(12, true),
      seq: view.getUint32(16, true),
      flags: view.getUint8(1),
      firstSample: view.getUint32(20, true),
      deviceTimeMs: view.getFloat64(24, true),
      hostTimeNs: view.getBigUint64(HOST_TIME_AT, true),
      rateHz,
      samplesPerChannel,
      channels,
      samples: readSamples(bytes, view, samplesAt, channelCount * samplesPerChannel),
    },
  };
}

/** @returns `hostTimeNs` of encoded bytes that are known to be a block. */
export function hostTimeOf(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES).getBigUint64(
    HOST_TIME_AT,
    true,
  );
}

/**
 * Sets bits of BLOCK_FLAG in encoded bytes and seals them again.
 * @returns a copy; `bytes` stay as recorded.
 */
export function withBlockFlags(bytes: Uint8Array, flags: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[1] = (copy[1] ?? 0) | flags;
  seal(copy);
  return copy;
}

/** @returns the samples of one channel, a view of the block's own memory. */
export function channelSamples(block: SampleBlock, channelIndex: number): Int32Array {
  const from = channelIndex * block.samplesPerChannel;
  return block.samples.subarray(from, from + block.samplesPerChannel);
}

function assertShape(block: SampleBlock): void {
  const { channels, samplesPerChannel, samples } = block;
  if (channels.length > MAX_CHANNELS || samplesPerChannel > MAX_SAMPLES_PER_CHANNEL) {
    throw new RangeError('block exceeds MAX_CHANNELS or MAX_SAMPLES_PER_CHANNEL');
  }
  if (samples.length !== channels.length * samplesPerChannel) {
    throw new RangeError('samples do not match channels x samplesPerChannel');
  }
}

function writeHeader(view: DataView, block: SampleBlock): void {
  view.setUint8(0, SAMPLE_BLOCK_VERSION);
  view.setUint8(1, block.flags);
  view.setUint16(2, HEADER_BYTES, true);
  view.setUint16(4, block.channels.length, true);
  view.setUint16(6, block.samplesPerChannel, true);
  view.setUint32(8, block.streamId, true);
  view.setUint32(12, block.epoch, true);
  view.setUint32(16, block.seq, true);
  view.setUint32(20, block.firstSample, true);
  view.setFloat64(24, block.deviceTimeMs, true);
  view.setBigUint64(HOST_TIME_AT, block.hostTimeNs, true);
  view.setFloat64(48, block.rateHz, true);
}

function writeChannel(view: DataView, at: number, channel: BlockChannel): void {
  view.setUint16(at, channel.code, true);
  view.setUint8(at + 2, channel.flags);
  view.setUint8(at + 3, UNIT_CODES[channel.unit]);
  view.setFloat64(at + 8, channel.scale, true);
}

function readChannels(view: DataView, count: number): BlockChannel[] | null {
  if (count > MAX_CHANNELS) {
    return null;
  }
  const channels: BlockChannel[] = [];
  for (let index = 0; index < count; index++) {
    const at = HEADER_BYTES + index * CHANNEL_BYTES;
    const unit = UNIT_BY_CODE.get(view.getUint8(at + 3));
    const scale = view.getFloat64(at + 8, true);
    if (unit === undefined || !Number.isFinite(scale)) {
      return null;
    }
    channels.push({ code: view.getUint16(at, true), flags: view.getUint8(at + 2), unit, scale });
  }
  return channels;
}

function readSamples(bytes: Uint8Array, view: DataView, at: number, length: number): Int32Array {
  const byteOffset = bytes.byteOffset + at;
  if (LITTLE_ENDIAN_HOST && byteOffset % 4 === 0) {
    return new Int32Array(bytes.buffer, byteOffset, length);
  }
  return Int32Array.from({ length }, (_, index) => view.getInt32(at + index * 4, true));
}

function seal(bytes: Uint8Array): void {
  const body = bytes.subarray(0, bytes.length - CHECKSUM_BYTES);
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setUint32(
    body.length,
    crc32c(body),
    true,
  );
}
