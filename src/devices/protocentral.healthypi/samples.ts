import { crc32 } from 'node:zlib';
import { BLOCK_CHANNEL, BLOCK_HEADER_BYTES, BLOCK_OVERHEAD, ECG_BYTES } from './dblk.ts';
import { frameBytesOf, HEADER_BYTES } from './openView.ts';

/** Well-formed frames for mutation; their contents mean nothing. */
export function sampleFrames(payloadBytes: number, count: number): Uint8Array {
  const frameBytes = frameBytesOf(payloadBytes);
  const bytes = new Uint8Array(count * frameBytes);
  for (let frame = 0; frame < count; frame++) {
    const at = frame * frameBytes;
    bytes.set([0x0a, 0xfa, payloadBytes, 0, 0x02], at);
    for (let index = 0; index < payloadBytes; index++) {
      bytes[at + HEADER_BYTES + index] = 0x30 + ((frame * 7 + index * 13) % 80);
    }
    bytes.set([0x00, 0x0b], at + frameBytes - 2);
  }
  return bytes;
}

/** A well-formed block of two ECG samples. */
export function sampleBlock(number: number, samples = 2): Uint8Array {
  const length = BLOCK_OVERHEAD + samples * ECG_BYTES;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x44, 0x42, 0x4c, 0x4b]);
  view.setUint32(4, length, true);
  view.setUint32(8, number, true);
  view.setBigUint64(12, BigInt(number * 32), true);
  bytes[20] = BLOCK_CHANNEL.ecg;
  view.setUint16(22, samples, true);
  for (let sample = 0; sample < samples; sample++) {
    view.setInt32(BLOCK_HEADER_BYTES + sample * ECG_BYTES + 4, number * samples + sample, true);
  }
  view.setUint32(length - 4, crc32(bytes.subarray(0, length - 4)), true);
  return bytes;
}
