import { crc32 } from 'node:zlib';

/**
 * Blocks of HealthyPi 6: DBLK, length of the whole, sequence number, ms since power-on, channel,
 * flags, number of samples, samples, CRC-32 of all before it; low byte first. Source:
 * https://github.com/Protocentral/healthypi_studio/blob/main/docs/PROTOCOL_REFERENCE.md
 */
export const CHANNEL = { ecg: 1, ppg: 2, vitals: 4 } as const;
export const HEADER_BYTES = 28;
const CRC_BYTES = 4;
const MAGIC = [0x44, 0x42, 0x4c, 0x4b] as const;

export type BlockHeader = {
  readonly sequence: number;
  readonly ms: number;
  readonly channel: number;
};

/** Writes the checksum that the rest of the block calls for. */
export function sealBlock(block: Uint8Array): void {
  const end = block.length - CRC_BYTES;
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  view.setUint32(end, crc32(block.subarray(0, end)), true);
}

export function encodeBlock(header: BlockHeader, samples: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(samples);
  const block = new Uint8Array(HEADER_BYTES + body.length + CRC_BYTES);
  const view = new DataView(block.buffer);
  block.set(MAGIC);
  view.setUint32(4, block.length, true);
  view.setUint32(8, header.sequence, true);
  view.setBigUint64(12, BigInt(Math.round(header.ms)), true);
  view.setUint8(20, header.channel);
  view.setUint16(22, samples.length, true);
  block.set(body, HEADER_BYTES);
  sealBlock(block);
  return block;
}

function pack(bytes: number, fill: (view: DataView) => void): Uint8Array {
  const sample = new Uint8Array(bytes);
  fill(new DataView(sample.buffer));
  return sample;
}

export function encodeEcgSample(
  respiration: number,
  ecg: readonly [number, number, number],
  leadOff: number,
  flags = 0,
): Uint8Array {
  return pack(20, (view) => {
    for (const [i, value] of [respiration, ...ecg].entries()) view.setInt32(4 * i, value, true);
    view.setUint8(16, leadOff);
    view.setUint8(17, flags);
  });
}

export function encodePpgSample(red: number, infrared: number, leadOff: number): Uint8Array {
  return pack(12, (view) => {
    view.setInt32(0, red, true);
    view.setInt32(4, infrared, true);
    view.setUint8(8, leadOff);
  });
}

export type BlockVitals = {
  readonly heartRate: number;
  readonly spo2Percent: number;
  readonly respirationRate: number;
  readonly temperatureC: number;
  readonly sdnnMs: number;
  readonly rmssdMs: number;
};

export function encodeVitals(v: BlockVitals): Uint8Array {
  return pack(12, (view) => {
    view.setUint16(0, v.heartRate, true);
    view.setUint16(2, Math.round(v.spo2Percent * 10), true);
    view.setUint16(4, v.respirationRate, true);
    view.setInt16(6, Math.round(v.temperatureC * 100), true);
    view.setUint8(8, v.sdnnMs);
    view.setUint8(9, v.rmssdMs);
  });
}
