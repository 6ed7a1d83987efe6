import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { leastCpuMs } from '../_sdk/cpuTime.ts';
import { createBlockParser, readI32 } from './dblk.ts';
import { sampleBlock } from './samples.ts';

const Golden = z.object({
  hex: z.string(),
  number: z.number(),
  timeMs: z.number(),
  channel: z.number(),
  samples: z.array(
    z.object({ respiration: z.number(), ecg: z.array(z.number()), leadOff: z.number() }),
  ),
});
const golden = Golden.parse(
  JSON.parse(
    readFileSync(
      new URL('../../../test/captures/protocentral.healthypi/dblk-block.json', import.meta.url),
      'utf8',
    ),
  ),
);

function parse(chunks: readonly Uint8Array[]) {
  const numbers: number[] = [];
  const rows: number[][] = [];
  let bad = 0;
  const parser = createBlockParser(
    ({ data, at, number, count, sampleBytes, channel, timeMs }) => {
      numbers.push(number);
      for (let index = 0; index < count; index++) {
        const from = at + index * sampleBytes;
        const words = [0, 4, 8, 12].map((offset) => readI32(data, from + offset));
        rows.push([channel, timeMs, ...words, data[from + 16] ?? -1]);
      }
    },
    () => bad++,
  );
  for (const chunk of chunks) {
    parser.push(chunk);
  }
  return { numbers, rows, bad };
}

describe('HealthyPi 6 blocks', () => {
  it('read the golden block', () => {
    const { numbers, rows, bad } = parse([Uint8Array.from(Buffer.from(golden.hex, 'hex'))]);
    expect(numbers).toEqual([golden.number]);
    expect(rows).toEqual(
      golden.samples.map(({ respiration, ecg, leadOff }) => [
        golden.channel,
        golden.timeMs,
        respiration,
        ...ecg,
        leadOff,
      ]),
    );
    expect(bad).toBe(0);
  });

  it('are refused with any single bit flipped', () => {
    const whole = Buffer.concat([sampleBlock(1), sampleBlock(2), sampleBlock(3)]);
    const size = sampleBlock(1).length;
    for (let bit = 0; bit < size * 8; bit++) {
      const damaged = Uint8Array.from(whole);
      const at = size + (bit >> 3);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit & 7));
      const { numbers, bad } = parse([damaged]);
      expect(numbers).toEqual([1, 3]);
      expect(bad).toBe(1);
    }
  });

  it('are the same however the bytes are cut, and after garbage', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.uint8Array({ maxLength: 60 }),
        (size, noise) => {
          const bytes = Buffer.concat([sampleBlock(1), noise, sampleBlock(2), sampleBlock(3)]);
          const chunks: Uint8Array[] = [];
          for (let at = 0; at < bytes.length; at += size) {
            chunks.push(Uint8Array.from(bytes.subarray(at, at + size)));
          }
          expect(parse(chunks).numbers).toEqual([1, 2, 3]);
        },
      ),
    );
  });

  it('take any bytes in bounded time', () => {
    const header = sampleBlock(1).subarray(0, 28);
    // Each false header asks for the checksum of as much as a block may hold.
    const greedy = Uint8Array.from(header);
    const view = new DataView(greedy.buffer);
    view.setUint32(4, 4092, true);
    view.setUint16(22, 203, true);
    for (const fill of [greedy, header, Uint8Array.of(0x44)]) {
      const chunk = Uint8Array.from(
        { length: 65_536 },
        (_, index) => fill[index % fill.length] ?? 0,
      );
      const parser = createBlockParser(
        () => undefined,
        () => undefined,
      );
      expect(leastCpuMs(() => parser.push(chunk))).toBeLessThan(10);
    }
  });
});
