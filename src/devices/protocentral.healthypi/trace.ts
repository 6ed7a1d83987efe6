import type { TraceReader } from '../_sdk/adapter.ts';
import { BLOCK_CHANNEL, createBlockParser, readI16, readI32, readU16 } from './dblk.ts';
import { createFrameParser, V4_PAYLOAD_BYTES, V5_PAYLOAD_BYTES } from './openView.ts';

const CHANNEL_NAMES: Readonly<Record<number, string>> = {
  [BLOCK_CHANNEL.ecg]: 'ECG',
  [BLOCK_CHANNEL.ppg]: 'PPG',
  [BLOCK_CHANNEL.vitals]: 'VITALS',
};

/** Reads all three formats: a trace does not say which device it is of. */
export function createHealthypiTrace(): TraceReader {
  let lines: string[] = [];
  const ignore = (): void => undefined;
  const parsers = [
    createFrameParser(
      V4_PAYLOAD_BYTES,
      (data, at) => {
        const off = (data[at + 19] ?? 0) & 0x1f;
        lines.push(
          `v4 ECG ${readI16(data, at)} SpO2 ${data[at + 15]} HR ${data[at + 16]} RR ${data[at + 14]} ` +
            `temp ${readU16(data, at + 12)} lead-off ${off.toString(2).padStart(5, '0')}`,
        );
      },
      ignore,
      ignore,
    ),
    createFrameParser(
      V5_PAYLOAD_BYTES,
      (data, at) => {
        const bioz = data[at + 8] === 0 ? String(readI32(data, at + 4)) : 'skip';
        lines.push(
          `v5 ECG ${readI32(data, at)} bioZ ${bioz} SpO2 ${data[at + 19]} HR ${data[at + 20]} ` +
            `RR ${data[at + 21]} temp ${readI16(data, at + 17)}`,
        );
      },
      ignore,
      ignore,
    ),
    createBlockParser((block) => {
      const name = CHANNEL_NAMES[block.channel] ?? `channel ${block.channel}`;
      lines.push(`DBLK ${block.number} ${name} ${block.count} samples at ${block.timeMs} ms`);
    }, ignore),
  ];
  return (direction, bytes) => {
    if (direction === 'out') {
      return [];
    }
    lines = [];
    for (const parser of parsers) {
      parser.push(bytes);
    }
    return lines;
  };
}
