import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  CHANNELS,
  channelCommand,
  createFrameParser,
  dongleFailure,
  FRAME_BYTES,
  microvoltsPerCount,
  parseBanner,
  readCounts,
  testSignalCommand,
} from './protocol.ts';

const CAPTURES = new URL('../../../test/captures/openbci.cyton/', import.meta.url);

function capture<T>(name: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(new URL(name, CAPTURES), 'utf8')));
}

const Documented = z.object({
  frames: z.array(
    z.object({
      number: z.number(),
      hex: z.string(),
      counts: z.array(z.number()),
      microvolts: z.array(z.number()),
    }),
  ),
});
const Generated = z.object({
  frames: z.array(z.object({ number: z.number(), hex: z.string(), volts: z.array(z.number()) })),
});
const Texts = z.object({
  banner: z.string(),
  bannerWithDaisy: z.string(),
  noBoard: z.string(),
  commands: z.record(z.string(), z.string()),
});

function counts(bytes: Uint8Array, at = 0): number[] {
  const out = new Int32Array(CHANNELS);
  readCounts(bytes, at, out, 0, 1);
  return [...out];
}

/** A frame built by hand: its payload is told, not encoded by the code under test. */
function frame(number: number, payload: Uint8Array = new Uint8Array(30)): Uint8Array {
  const bytes = new Uint8Array(FRAME_BYTES);
  bytes[0] = 0xa0;
  bytes[1] = number & 0xff;
  bytes.set(payload.subarray(0, 30), 2);
  bytes[32] = 0xc0;
  return bytes;
}

type Seen = { readonly hex: string; readonly missing: number };

function parse(chunks: readonly Uint8Array[], flush = true): { seen: Seen[]; bad: number } {
  const seen: Seen[] = [];
  let bad = 0;
  const parser = createFrameParser(
    (data, at, missing) => {
      seen.push({ hex: Buffer.from(data.slice(at, at + FRAME_BYTES)).toString('hex'), missing });
    },
    () => {
      bad++;
    },
  );
  for (const chunk of chunks) {
    parser.push(chunk);
  }
  if (flush) {
    parser.flush();
  }
  return { seen, bad };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const payload = fc.uint8Array({ minLength: 30, maxLength: 30 });
/** A run of consecutive frames with random contents, starting anywhere in the counter. */
const run = fc
  .tuple(fc.nat(255), fc.array(payload, { minLength: 4, maxLength: 40 }))
  .map(([first, payloads]) => payloads.map((bytes, index) => frame(first + index, bytes)));

describe('golden bytes', () => {
  it('reads the documented frame', () => {
    for (const golden of capture('documented-frame.json', Documented).frames) {
      const bytes = new Uint8Array(Buffer.from(golden.hex, 'hex'));
      expect(counts(bytes)).toEqual(golden.counts);
      golden.microvolts.forEach((value, channel) => {
        const read = (golden.counts[channel] ?? 0) * microvoltsPerCount(24);
        expect(Math.abs(read - value)).toBeLessThan(microvoltsPerCount(24));
      });
    }
  });

  it("reads what the vendor's package encoded, within one count", () => {
    for (const golden of capture('utilities-frames.json', Generated).frames) {
      const bytes = new Uint8Array(Buffer.from(golden.hex, 'hex'));
      expect(bytes[1]).toBe(golden.number);
      counts(bytes).forEach((count, channel) => {
        const volts = count * microvoltsPerCount(24) * 1e-6;
        expect(Math.abs(volts - (golden.volts[channel] ?? 0))).toBeLessThan(2.3e-8);
      });
    }
  });

  it('says the documented commands', () => {
    const { commands } = capture('documented-texts.json', Texts);
    const setting = { command: 'channel', powered: true, gain: 24, input: 'normal' } as const;
    expect(channelCommand({ ...setting, channel: 3 })).toBe(commands['channel3Default']);
    expect(channelCommand({ ...setting, channel: 3, powered: false })).toBe(
      commands['channel3PoweredOffGain24'],
    );
    expect(channelCommand({ ...setting, channel: 1, input: 'test' })).toBe(
      commands['channel1TestGain24'],
    );
    expect(channelCommand({ ...setting, channel: 8, gain: 1, input: 'shorted' })).toBe(
      commands['channel8Gain1Shorted'],
    );
    for (const mode of ['slow1x', 'fast1x', 'slow2x', 'fast2x', 'dc', 'ground'] as const) {
      expect(testSignalCommand(mode)).toBe(commands[mode]);
    }
  });

  it('knows a board by its banner and a dongle without one by its complaint', () => {
    const texts = capture('documented-texts.json', Texts);
    expect(parseBanner(texts.banner)).toEqual({ firmware: 'v3.1.1', daisy: false });
    expect(parseBanner(texts.bannerWithDaisy)?.daisy).toBe(true);
    expect(parseBanner(texts.noBoard)).toBeNull();
    expect(parseBanner(texts.banner.slice(0, -1))).toBeNull();
    expect(dongleFailure(texts.noBoard)).toBe(
      'Failure: Communications timeout - Device failed to poll Host',
    );
  });
});

describe('framing', () => {
  it('gives the same frames however the bytes are cut', () => {
    fc.assert(
      fc.property(
        run,
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1 }),
        (frames, cuts) => {
          const bytes = join(frames);
          const chunks: Uint8Array[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn++) {
            const size = cuts[turn % cuts.length] ?? 1;
            chunks.push(bytes.slice(at, at + size));
            at += size;
          }
          const { seen, bad } = parse(chunks);
          expect(seen).toEqual(frames.map((whole) => ({ hex: hex(whole), missing: 0 })));
          expect(bad).toBe(0);
        },
      ),
    );
  });

  it('counts frames that never came, over the wrap of the counter', () => {
    const frames = [253, 254, 255, 3, 4, 5].map((number) => frame(number));
    expect(parse(frames).seen.map((one) => one.missing)).toEqual([0, 0, 0, 3, 0, 0]);
  });

  it('keeps frames between losses that alternate', () => {
    const frames = [1, 2, 3, 5, 7, 9, 10, 11].map((number) => frame(number));
    const { seen } = parse(frames);
    expect(seen.length).toBe(8);
    expect(seen.map((one) => one.missing)).toEqual([0, 0, 0, 1, 1, 1, 0, 0]);
  });

  it('gives a repeated frame once', () => {
    const frames = [1, 2, 3, 3, 4, 5].map((number) => frame(number));
    const { seen } = parse(frames);
    expect(seen.map((one) => Number.parseInt(one.hex.slice(2, 4), 16))).toEqual([1, 2, 3, 4, 5]);
  });

  it('never makes a value out of noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 4000 }), (noise) => {
        expect(parse([noise]).seen).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('finds frames again after noise, at the first one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), run, (noise, frames) => {
        const known = new Set(frames.map(hex));
        const { seen } = parse([noise, ...frames]);
        expect(seen.every((one) => known.has(one.hex))).toBe(true);
        expect(seen.length).toBeGreaterThanOrEqual(frames.length - 2);
      }),
    );
  });

  it('refuses frames hurt by lost bytes and is back within two', () => {
    const hurt = fc.record({ frames: run, cut: fc.integer({ min: 1, max: 32 }), at: fc.nat() });
    fc.assert(
      fc.property(hurt, ({ frames, cut, at }) => {
        const bytes = join(frames);
        const from = at % (bytes.length - cut);
        const damaged = join([bytes.slice(0, from), bytes.slice(from + cut)]);
        const known = new Set(frames.map(hex));
        const { seen } = parse([damaged]);
        expect(seen.every((one) => known.has(one.hex))).toBe(true);
        expect(seen.length).toBeGreaterThanOrEqual(frames.length - 4);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses a frame with a flipped bit in a mark or in its number', () => {
    const hurt = fc.record({
      frames: run,
      which: fc.nat(),
      place: fc.constantFrom(0, 1, 32),
      bit: fc.nat(7),
    });
    fc.assert(
      fc.property(hurt, ({ frames, which, place, bit }) => {
        const victim = 1 + (which % (frames.length - 3));
        const damaged = frames.map((whole) => whole.slice());
        const target = damaged[victim];
        if (target === undefined) {
          throw new Error('no victim');
        }
        target[place] = (target[place] ?? 0) ^ (1 << bit);
        const stillStop = place === 32 && (target[32] ?? 0) >= 0xc0 && (target[32] ?? 0) <= 0xc6;
        const { seen } = parse(damaged);
        const expected = frames.filter((_, index) => index !== victim || stillStop).length;
        const good = new Set((stillStop ? damaged : frames).map(hex));
        expect(seen.every((one) => good.has(one.hex))).toBe(true);
        expect(seen.length).toBeGreaterThanOrEqual(expected - 1);
      }),
      { numRuns: 2000 },
    );
  });

  it('is not held by a false frame that repeats inside true ones', () => {
    const alias = new Uint8Array(30);
    alias.set([0xc0, 0xa0, 0x07], 10);
    const frames = Array.from({ length: 20 }, (_, index) => frame(index, alias));
    const { seen } = parse([join(frames).slice(5)]);
    expect(seen.length).toBe(19);
  });

  it('holds the last frame until it is followed, and believes it at the end', () => {
    const frames = [frame(1), frame(2), frame(3)];
    expect(parse(frames, false).seen.length).toBe(2);
    expect(parse(frames, true).seen.length).toBe(3);
    expect(parse([...frames, frame(4).slice(0, 20)], true).seen.length).toBe(3);
    expect(parse([...frames, frame(9).slice(0, 20)], true).seen.length).toBe(2);
  });
});
