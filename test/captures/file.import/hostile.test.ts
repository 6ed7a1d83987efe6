import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importFile } from '../../../src/devices/file.import/importFile.ts';
import { IMPORT_REASONS } from '../../../src/devices/file.import/reasons.ts';
import { dicom, SEEDS, WAVE } from './seeds.ts';
import { writeAecg } from './writers/aecg.ts';
import { sequence, text, writeDicom } from './writers/dicom.ts';
import { writeEdf } from './writers/edf.ts';

/** Numbers at which lengths and counts go wrong. */
const edges = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x20, 0x30, 0x39, 0x2d, 0x3c, 0x5c);
const mutation = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    at: fc.nat(),
    value: fc.oneof(edges, fc.nat(255)),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), value: fc.nat(40) }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), value: fc.nat(40) }),
  fc.record({ kind: fc.constant('end' as const), at: fc.nat(), value: fc.constant(0) }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(seed: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  let bytes = [...seed];
  for (const { kind, at: place, value } of mutations) {
    const at = bytes.length === 0 ? 0 : place % bytes.length;
    if (kind === 'set') {
      bytes[at] = value;
    } else if (kind === 'cut') {
      bytes.splice(at, value);
    } else if (kind === 'repeat') {
      bytes.splice(at, 0, ...bytes.slice(at, at + value));
    } else {
      bytes = bytes.slice(0, at);
    }
  }
  return Uint8Array.from(bytes);
}

/** An answer that can be trusted: a refusal with its reason, or streams that hold together. */
function expectSound(bytes: Uint8Array): 'imported' | 'refused' {
  const result = importFile(bytes, 'hostile.bin');
  if (!result.ok) {
    expect(result.fault.code).toMatch(/^IMPORT_/);
    expect(IMPORT_REASONS).toContain(result.fault.params?.['reason']);
    return 'refused';
  }
  let held = 0;
  for (const { rateHz, startMs, channels, gaps } of result.value.streams) {
    const length = channels[0]?.samples.length ?? 0;
    expect(rateHz > 0 && Number.isFinite(rateHz) && Number.isFinite(startMs)).toBe(true);
    expect(length).toBeGreaterThan(0);
    expect(gaps.every((gap) => gap.atSample < length && gap.missingMs > 0)).toBe(true);
    for (const { samples, scale, offset, skewMs } of channels) {
      expect(samples.length).toBe(length);
      expect(Number.isFinite(scale) && Number.isFinite(offset) && scale !== 0).toBe(true);
      expect(Number.isFinite(skewMs)).toBe(true);
      held += samples.byteLength;
    }
  }
  expect(held).toBeLessThanOrEqual(64 * bytes.length);
  return 'imported';
}

const SLOWEST_MS = 200;

/** The least of three: what a busy machine adds does not count. */
function leastMs(run: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 3 && least > SLOWEST_MS / 4; time++) {
    const began = performance.now();
    run();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

describe.each(Object.entries(SEEDS))('hostile %s', (_, [seed, reseal]) => {
  it('is either read soundly or refused with a reason, and in no time', () => {
    const seen = { imported: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 6 }), fc.boolean(), (mutations, isSealed) => {
        const mutated = mutate(seed, mutations);
        const bytes = isSealed ? reseal(mutated) : mutated;
        seen[expectSound(bytes)] += 1;
        expect(leastMs(() => importFile(bytes, 'hostile.bin'))).toBeLessThan(SLOWEST_MS);
      }),
      { numRuns: 1500 },
    );
    // Both ways were taken: the mutations neither miss everything nor break everything.
    expect(Math.min(seen.imported, seen.refused)).toBeGreaterThan(20);
  });
});

describe('files that were made to exhaust', () => {
  it('sequences nested ten thousand deep', () => {
    let nested = text(0x00080104, 'LO', 'end');
    const depth = 300;
    for (let level = 0; level < depth; level++) {
      nested = sequence(0x0040a730, [nested]);
    }
    expect(expectSound(writeDicom([nested], 'explicit'))).toBe('refused');
    const open = Array.from({ length: 10_000 }, () => [
      0x40, 0x00, 0x30, 0xa7, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0x00, 0xe0,
      0xff, 0xff, 0xff, 0xff,
    ]).flat();
    expect(expectSound(Uint8Array.from([...writeDicom([], 'explicit'), ...open]))).toBe('refused');
  });

  it('lengths that promise gigabytes', () => {
    const lying = dicom.slice();
    const at = lying.length - WAVE.length * 2 - 4;
    lying.set([0xff, 0xff, 0xff, 0x7f], at);
    expect(expectSound(lying)).toBe('refused');
    const many = writeEdf({ kind: 'EDF', seconds: 1, signals: [], declaredRecords: 99_999_999 });
    expect(expectSound(many)).toBe('refused');
  });

  it('a document of nothing but elements', () => {
    expect(expectSound(writeAecg('<a>'.repeat(1_000_000)))).toBe('refused');
    expect(expectSound(writeAecg('&#65;'.repeat(100_000)))).toBe('refused');
  });
});
