import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import { leastCpuMs } from '../_sdk/cpuTime.ts';
import type { StreamDecoder } from '../_sdk/liveSource.ts';
import { createRecordingSink, type RecordingSink } from '../_sdk/recordingSink.ts';
import { createNewDecoder, createOldDecoder, readOldFrame, readRealtime } from './decoders.ts';
import { createNewParser, NEW_COMMAND } from './newWire.ts';
import { createOldParser } from './oldWire.ts';
import { emptyReading } from './reading.ts';

const none = z.number().nullable().optional();
const Frames = z.array(
  z.object({
    hex: z.string(),
    strength: z.number().optional(),
    fingerOut: z.boolean().optional(),
    probeError: z.boolean().optional(),
    pleth: z.number().optional(),
    pulse: none,
    spo2: none,
    perfusion: none,
  }),
);
const CAPTURES = new URL('../../../test/captures/contec.cms50d/', import.meta.url);
const load = (name: string): unknown => JSON.parse(readFileSync(new URL(name, CAPTURES), 'utf8'));
const old = z.object({ frames: Frames }).parse(load('old-wire.json'));
const recent = z
  .object({ realtime: Frames, commands: z.record(z.string(), z.string()) })
  .parse(load('new-wire.json'));

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const MS = 1_000_000n;
const ignore = (): void => undefined;

describe('golden bytes', () => {
  it('of the old wire read as told', () => {
    const reading = emptyReading();
    const [values, out] = old.frames;
    readOldFrame(bytesOf(values?.hex ?? ''), 0, reading);
    expect(reading).toMatchObject({ pleth: 100, off: false, strength: 7, pulse: 140, spo2: 97 });
    readOldFrame(bytesOf(out?.hex ?? ''), 0, reading);
    expect(reading).toMatchObject({ off: true, pulse: null, spo2: null });
  });

  it.each(recent.realtime)('of the new wire read as told: $hex', (frame) => {
    const reading = emptyReading();
    const parser = createNewParser((_type, data) => readRealtime(data, reading), ignore, ignore);
    parser.push(bytesOf(frame.hex.repeat(2)));
    expect(reading).toMatchObject({
      pulse: frame.pulse,
      spo2: frame.spo2,
      perfusion: frame.perfusion,
      off: frame.probeError,
      ...(frame.pleth === undefined ? {} : { pleth: frame.pleth, strength: frame.strength }),
    });
  });

  it('of the commands are what is sent', () => {
    const sent = {
      start: NEW_COMMAND.start,
      stop: NEW_COMMAND.stop,
      keepAlive: NEW_COMMAND.keepAlive,
      storageUser1Segment1: NEW_COMMAND.download,
      storageStop: NEW_COMMAND.downloadStop,
    };
    const hex = Object.entries(sent).map(([name, bytes]) => [name, hexOf(bytes)]);
    expect(Object.fromEntries(hex)).toEqual(recent.commands);
  });
});

type WireCase = {
  readonly name: string;
  readonly create: (sink: RecordingSink) => StreamDecoder;
  /** A frame whose pleth is `count` modulo 128. */
  readonly frame: (count: number, options?: FrameOptions) => Uint8Array;
};
type FrameOptions = {
  readonly off?: boolean;
  readonly searching?: boolean;
  readonly strength?: number;
  readonly pulse?: number;
  readonly spo2?: number;
};

/** Both layouts by hand, from the tables of their sources. */
const WIRES: readonly WireCase[] = [
  {
    name: 'old wire',
    create: createOldDecoder,
    frame: (count, { off, searching, strength = 7, pulse = 72, spo2 = 98 } = {}) =>
      Uint8Array.of(
        0x80 | (off === true ? 0x10 : 0) | strength,
        count & 0x7f,
        (searching === true ? 0x20 : 0) | (pulse > 127 ? 0x40 : 0),
        pulse & 0x7f,
        spo2,
      ),
  },
  {
    name: 'new wire',
    create: createNewDecoder,
    frame: (count, { off, searching, strength = 7, pulse = 72, spo2 = 98 } = {}) => {
      const data = [strength, count & 0x7f, 0x10, pulse, spo2, 0x5e, 0x01];
      data[0] = (data[0] ?? 0) | (off === true ? 0x80 : 0);
      data[1] = (data[1] ?? 0) | (searching === true ? 0x80 : 0);
      const high = data.reduce((sum, byte, index) => sum | ((byte >> 7) << index), 0x80);
      return Uint8Array.of(0x01, high, ...data.map((byte) => byte | 0x80));
    },
  },
];

describe.each(WIRES)('$name', ({ create, frame }) => {
  function decode(chunks: readonly Uint8Array[], flush = true): RecordingSink {
    const sink = createRecordingSink();
    const decoder = create(sink);
    chunks.forEach((chunk, index) => {
      decoder.push(chunk, (BigInt(index) * 1000n * MS) / 60n);
    });
    if (flush) {
      decoder.flush();
    }
    return sink;
  }
  const frames = (count: number, options?: FrameOptions): Uint8Array[] =>
    Array.from({ length: count }, (_, index) => frame(index, options));
  const misplaced = (sink: RecordingSink) =>
    sink.samples.filter(({ place, values: [value] }) => value !== (place & 0x7f));

  it('gives every sample, and each value once a second', () => {
    const sink = decode(frames(121));
    expect(sink.samples.length).toBe(121);
    expect(misplaced(sink)).toEqual([]);
    expect(sink.qualities).toEqual([]);
    const spo2 = sink.measurements.filter(({ name }) => name === 'spo2');
    expect(spo2.map(({ value, quality }) => [value, quality])).toEqual(
      [1, 2, 3].slice(0, spo2.length).map(() => [98, 'good']),
    );
    expect(spo2.length).toBeGreaterThanOrEqual(2);
    expect(spo2.length).toBeLessThanOrEqual(3);
  });

  it('is the same however the bytes are cut', () => {
    const bytes = Buffer.concat(frames(40));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 23 }), { minLength: 1 }), (sizes) => {
        const sink = createRecordingSink();
        const decoder = create(sink);
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          decoder.push(Uint8Array.from(bytes.subarray(at, at + size)), 0n);
          at += size;
        }
        decoder.flush();
        expect(sink.samples.length).toBe(40);
        expect(misplaced(sink)).toEqual([]);
        expect(sink.badFrames()).toBe(0);
      }),
    );
  });

  it('refuses a frame that lost or gained a byte, and puts the others in their place', () => {
    const size = frame(0).length;
    for (let at = 0; at < size; at++) {
      for (const added of [null, 0x55, 0xd5]) {
        const all = frames(60);
        const hurt = [...(all[30] ?? [])];
        if (added === null) {
          hurt.splice(at, 1);
        } else {
          hurt.splice(at, 0, added);
        }
        all[30] = Uint8Array.from(hurt);
        const sink = decode(all);
        expect(misplaced(sink)).toEqual([]);
        expect(sink.samples.length).toBeGreaterThanOrEqual(57);
      }
    }
  });

  it('goes on after garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (noise) => {
        const sink = decode([...frames(20), noise, ...frames(20)]);
        const values = sink.samples.map(({ values: [value] }) => value ?? -1);
        // The last twelve are those that were sent, whatever the noise did to its neighbours.
        expect(values.slice(-12)).toEqual(Array.from({ length: 12 }, (_, index) => index + 8));
        expect(values.length).toBeGreaterThanOrEqual(37);
      }),
    );
  });

  it('measures a pause by the clock', () => {
    const sink = createRecordingSink();
    const decoder = create(sink);
    frames(300).forEach((one, index) => {
      if (index < 100 || index >= 190) {
        decoder.push(one, (BigInt(index) * 1000n * MS) / 60n);
      }
    });
    expect(Math.abs(sink.lost(0) - 90)).toBeLessThanOrEqual(1);
  });

  it.each([
    [{ off: true }, ['probeOff'], null, 'invalid'],
    [{ searching: true }, ['searching'], 72, 'questionable'],
    [{ strength: 2 }, ['lowPerfusion'], 72, 'good'],
    [{ pulse: 0xff, spo2: 0x7f }, null, null, 'invalid'],
    [{ pulse: 0, spo2: 0 }, null, null, 'invalid'],
    [{ pulse: 140 }, null, 140, 'good'],
  ])('tells %j', (options, causes, pulse, quality) => {
    const sink = decode(frames(4, options));
    expect(sink.qualities).toEqual(causes === null ? [] : [causes]);
    const told = sink.measurements.find(({ name }) => name === 'pulseRate');
    expect([told?.value, told?.quality]).toEqual([pulse, quality]);
    const flag = 'off' in options ? CHANNEL_FLAG.lost : 0;
    expect(sink.samples.every(({ flags }) => flags[0] === flag)).toBe(true);
  });

  it('takes any bytes in bounded time', () => {
    for (const fill of [[0x80], [0x00], [0x01, 0x80], [0x0d], [0x80, 0, 0, 0, 0], [0x81, 1]]) {
      const chunk = Uint8Array.from({ length: 65_536 }, (_, i) => fill[i % fill.length] ?? 0);
      const decoder = create({ ...createRecordingSink(), onSamples: () => undefined });
      const push = (second: number): void => decoder.push(chunk, BigInt(second + 1) * 1000n * MS);
      expect(leastCpuMs(push, 12)).toBeLessThan(10);
    }
  });
});

it('makes few frames out of noise', () => {
  let oldSeen = 0;
  let newSeen = 0;
  let state = 1;
  const noise = Uint8Array.from({ length: 1 << 20 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
  createOldParser(() => oldSeen++, ignore, ignore).push(noise);
  createNewParser(
    (type) => {
      newSeen += type === 1 ? 1 : 0;
    },
    ignore,
    ignore,
  ).push(noise);
  // 2^-25 and 2^-17 for each byte.
  expect(oldSeen).toBeLessThanOrEqual(2);
  expect(newSeen).toBeLessThanOrEqual(24);
});
