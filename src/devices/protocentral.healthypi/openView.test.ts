import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastCpuMs } from '../_sdk/cpuTime.ts';
import { createFrameParser, frameBytesOf, V4_PAYLOAD_BYTES } from './openView.ts';

const FRAME = frameBytesOf(V4_PAYLOAD_BYTES);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const join = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** A frame built by hand: its payload is told, not encoded by the code under test. */
function frame(payload: Uint8Array): Uint8Array {
  return join([
    Uint8Array.of(0x0a, 0xfa, 20, 0, 2),
    payload.subarray(0, 20),
    Uint8Array.of(0x00, 0x0b),
  ]);
}

function parse(chunks: readonly Uint8Array[], flush = true) {
  const seen: string[] = [];
  let refused = 0;
  let bad = 0;
  const parser = createFrameParser(
    V4_PAYLOAD_BYTES,
    (data, at) => seen.push(hex(data.subarray(at - 5, at - 5 + FRAME))),
    (bytes) => {
      refused += bytes;
    },
    () => bad++,
  );
  for (const chunk of chunks) {
    parser.push(chunk);
  }
  if (flush) {
    parser.flush();
  }
  return { seen, refused, bad };
}

const run = fc
  .array(fc.uint8Array({ minLength: 20, maxLength: 20 }), { minLength: 4, maxLength: 12 })
  .map((payloads) => payloads.map(frame));

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.slice(at, at + size));
    at += size;
  }
  return chunks;
}

describe('OpenView frames', () => {
  it('are the same however the bytes are cut', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(run, sizes, (frames, cuts) => {
        const { seen, bad } = parse(cut(join(frames), cuts));
        expect(seen).toEqual(frames.map(hex));
        expect(bad).toBe(0);
      }),
    );
  });

  it('wait for their successor, except the last before the end', () => {
    const frames = [1, 2, 3].map((value) => frame(new Uint8Array(20).fill(value)));
    expect(parse(frames, false).seen.length).toBe(2);
    expect(parse(frames, true).seen.length).toBe(3);
    expect(parse([...frames, Uint8Array.of(0x0a, 0xfa)], true).seen.length).toBe(3);
    expect(parse([...frames, Uint8Array.of(0x0a, 0x00)], true).seen.length).toBe(2);
  });

  it('never come out of noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), (noise) => {
        expect(parse([noise]).seen).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('are found again after garbage, and garbage costs at most the neighbour', () => {
    fc.assert(
      fc.property(
        run,
        fc.uint8Array({ minLength: 1, maxLength: 90 }),
        fc.nat(),
        (frames, noise, at) => {
          const place = at % frames.length;
          const bytes = join([...frames.slice(0, place), noise, ...frames.slice(place)]);
          const known = new Set(frames.map(hex));
          const { seen } = parse([bytes]);
          expect(seen.every((one) => known.has(one))).toBe(true);
          // The one before the garbage, and a last one that has neither neighbour.
          expect(seen.length).toBeGreaterThanOrEqual(frames.length - 2);
        },
      ),
    );
  });

  it('are refused when bytes of them are lost', () => {
    const hurt = fc.record({
      frames: run,
      cutBytes: fc.integer({ min: 1, max: 26 }),
      at: fc.nat(),
    });
    fc.assert(
      fc.property(hurt, ({ frames, cutBytes, at }) => {
        const bytes = join(frames);
        const from = at % (bytes.length - cutBytes);
        const known = new Set(frames.map(hex));
        const { seen } = parse([join([bytes.slice(0, from), bytes.slice(from + cutBytes)])]);
        expect(seen.every((one) => known.has(one))).toBe(true);
        expect(seen.length).toBeGreaterThanOrEqual(frames.length - 4);
      }),
      { numRuns: 2000 },
    );
  });

  it('are refused with any bit of start, length, type or stop flipped', () => {
    const marks = [0, 1, 2, 3, 4, 25, 26];
    const frames = [1, 2, 3, 4, 5].map((value) => frame(new Uint8Array(20).fill(value)));
    for (const place of marks) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = frames.map((whole) => whole.slice());
        const victim = damaged[2];
        if (victim === undefined) {
          throw new Error('no victim');
        }
        victim[place] = (victim[place] ?? 0) ^ (1 << bit);
        const { seen, bad } = parse(damaged);
        expect(seen).not.toContain(hex(victim));
        expect(seen.length).toBeGreaterThanOrEqual(3);
        expect(bad).toBe(1);
      }
    }
  });

  it('take any bytes in bounded time', () => {
    for (const fill of [[0x0a], [0x0a, 0xfa], [0x0a, 0xfa, 20, 0, 2], [0]]) {
      const chunk = Uint8Array.from(
        { length: 65_536 },
        (_, index) => fill[index % fill.length] ?? 0,
      );
      const parser = createFrameParser(
        20,
        () => undefined,
        () => undefined,
        () => undefined,
      );
      expect(leastCpuMs(() => parser.push(chunk))).toBeLessThan(10);
    }
  });
});
