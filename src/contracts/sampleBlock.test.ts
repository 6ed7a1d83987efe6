import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';
import {
  type BlockUnit,
  blockByteLength,
  channelSamples,
  decodeBlock,
  encodeBlock,
  type SampleBlock,
  UNIT_CODES,
  withBlockFlags,
} from './sampleBlock.ts';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const units = Object.keys(UNIT_CODES) as BlockUnit[];

const anyBlock: fc.Arbitrary<SampleBlock> = fc
  .record({
    channels: fc.integer({ min: 0, max: 16 }),
    perChannel: fc.integer({ min: 0, max: 40 }),
  })
  .chain(({ channels, perChannel }) =>
    fc.record({
      streamId: u32,
      epoch: u32,
      seq: u32,
      flags: fc.integer({ min: 0, max: 255 }),
      firstSample: u32,
      deviceTimeMs: finite,
      hostTimeNs: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      rateHz: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
      samplesPerChannel: fc.constant(perChannel),
      channels: fc.array(
        fc.record({
          code: fc.integer({ min: 0, max: 0xffff }),
          flags: fc.integer({ min: 0, max: 255 }),
          unit: fc.constantFrom(...units),
          scale: finite,
        }),
        { minLength: channels, maxLength: channels },
      ),
      samples: fc
        .array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), {
          minLength: channels * perChannel,
          maxLength: channels * perChannel,
        })
        .map((values) => Int32Array.from(values)),
    }),
  );

const aBlock: SampleBlock = {
  streamId: 7,
  epoch: 1,
  seq: 42,
  flags: 0,
  firstSample: 84,
  deviceTimeMs: 336,
  hostTimeNs: 123_456_789n,
  rateHz: 250,
  samplesPerChannel: 2,
  channels: [
    { code: 1, flags: 0, unit: 'uV', scale: 0.022 },
    { code: 2, flags: 1, unit: 'uV', scale: 0.022 },
  ],
  samples: Int32Array.of(1, -1, 44_739, -44_739),
};

describe('crc32c', () => {
  // RFC 3720 appendix B.4
  it.each([
    ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['incrementing', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['decrementing', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    ['the ASCII digits 1 to 9', new TextEncoder().encode('123456789'), 0xe3069283],
  ])('gives the published checksum of %s', (_name, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

describe('a sample block', () => {
  it('survives encoding and decoding, whatever it holds', () => {
    fc.assert(
      fc.property(anyBlock, (block) => {
        const bytes = encodeBlock(block);
        expect(bytes.length).toBe(blockByteLength(block.channels.length, block.samplesPerChannel));
        expect(decodeBlock(bytes)).toEqual({ ok: true, block });
      }),
    );
  });

  it('survives at every alignment of a larger buffer', () => {
    const bytes = encodeBlock(aBlock);
    for (let offset = 0; offset < 8; offset++) {
      const larger = new Uint8Array(bytes.length + 8);
      larger.set(bytes, offset);
      const decoded = decodeBlock(larger.subarray(offset, offset + bytes.length));
      expect(decoded).toEqual({ ok: true, block: aBlock });
    }
  });

  it('shares the memory of the bytes where they are aligned', () => {
    const bytes = encodeBlock(aBlock);
    const decoded = decodeBlock(bytes);
    expect(decoded.ok && decoded.block.samples.buffer === bytes.buffer).toBe(true);
  });

  it('is refused when any single bit is flipped', () => {
    const bytes = encodeBlock(aBlock);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeBlock(flipped).ok, `bit ${bit}`).toBe(false);
    }
  });

  it('is refused when any bit of any block is flipped', () => {
    fc.assert(
      fc.property(anyBlock, fc.nat(), (block, position) => {
        const bytes = encodeBlock(block);
        const bit = position % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(decodeBlock(bytes).ok).toBe(false);
      }),
    );
  });

  it('is refused when cut or lengthened', () => {
    const bytes = encodeBlock(aBlock);
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeBlock(bytes.subarray(0, length)).ok).toBe(false);
    }
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    expect(decodeBlock(longer)).toEqual({ ok: false, code: 'BLOCK_TRUNCATED' });
  });

  it('never throws on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(decodeBlock(bytes).ok).toBe(false);
      }),
    );
  });

  it('names a version that it does not know', () => {
    const bytes = encodeBlock(aBlock);
    bytes[0] = 2;
    expect(decodeBlock(bytes)).toEqual({ ok: false, code: 'BLOCK_VERSION_UNKNOWN' });
  });

  it('can be marked late without touching the recorded bytes', () => {
    const bytes = encodeBlock(aBlock);
    const before = bytes.slice();
    const decoded = decodeBlock(withBlockFlags(bytes, 1));
    expect(decoded).toEqual({ ok: true, block: { ...aBlock, flags: 1 } });
    expect(bytes).toEqual(before);
  });

  it('gives one channel without copying', () => {
    const samples = channelSamples(aBlock, 1);
    expect([...samples]).toEqual([44_739, -44_739]);
    expect(samples.buffer).toBe(aBlock.samples.buffer);
  });

  it('refuses to encode a shape that contradicts itself', () => {
    expect(() => encodeBlock({ ...aBlock, samplesPerChannel: 3 })).toThrow(RangeError);
  });
});
