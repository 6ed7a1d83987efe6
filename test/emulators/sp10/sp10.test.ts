import { describe, expect, it } from 'vitest';
import { describeReplyFaults } from '../common/replyFaults.testing.ts';
import { ask, chunk, collect, hexOf, withFaults } from '../common/testing.ts';
import type { EmulatedInstrument } from '../definition.ts';
import { sp10 } from './definition.ts';
import { createSp10Emulator } from './emulator.ts';
import { indicesOf } from './exhalation.ts';
import { encodeCurvePoint, hasRightChecksum } from './wire.ts';

// label: generated from the public description, not captured.
const VECTORS = {
  hello: '80 00',
  identify: '82 02',
  predicted: '94 14',
  count: '90 10',
  first: '91 00 01 12',
  next: '91 01 01 13',
  endKeep: '91 7e 01 10',
  endDelete: '91 7f 01 11',
  curve: '92 00 12',
  deleteAll: '93 13',
  setTime: '83 1a 0b 16 08 1e 0f 7a 01 6e',
  point: '01 08 13 00 68 10 34 08',
};

const pairAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 7);

/** Reads a frame of a curve by the description alone. */
function readPoint(frame: Uint8Array) {
  const high = frame[0] ?? 0;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = [...frame.subarray(1)].map(
    (byte, i) => byte | (((high >> i) & 1) << 7),
  );
  return {
    seconds: (a | (b << 8) | (c << 16)) / 10_000,
    flow: (d | (e << 8)) / 1000,
    volume: (f | (g << 8)) / 1000,
  };
}

/** Asks one question after the other, each three seconds after the one before. */
function interview(device: EmulatedInstrument, questions: readonly string[]): Buffer[] {
  return questions.map((question, n) => ask(device, question, n * 3000, 2.9));
}

function readCurve(bytes: Uint8Array) {
  const points = chunk(bytes.subarray(5), 8).map(readPoint);
  return { index: pairAt(bytes, 1), announced: pairAt(bytes, 3), points };
}

describe('Contec sp10', () => {
  it('packs a point of the curve as described', () => {
    expect(hexOf(encodeCurvePoint({ seconds: 0.5, flow: 4.2, volume: 2.1 }))).toBe(VECTORS.point);
  });

  it('answers each question with the length that is described, and a right checksum', () => {
    const questions = [
      VECTORS.hello,
      VECTORS.setTime,
      VECTORS.identify,
      VECTORS.predicted,
      VECTORS.count,
      VECTORS.first,
      VECTORS.endKeep,
      VECTORS.deleteAll,
    ];
    const answers = interview(withFaults(sp10), questions);
    const lengths = [2, 3, 8, 23, 10, 44, 44, 3];
    expect(answers.map((bytes) => bytes.length)).toEqual(lengths);
    expect(answers.every(hasRightChecksum)).toBe(true);
    expect(answers.map(([code]) => code)).toEqual([0xf0, 0xf3, 0xf2, 0xe4, 0xe0, 0xe1, 0xe1, 0xe3]);
    expect(answers.every((bytes) => bytes.subarray(1).every((byte) => byte < 0x80))).toBe(true);
  });

  it('sets its clock', () => {
    const device = createSp10Emulator({ faults: {}, seed: 1 });
    ask(device, VECTORS.setTime);
    expect(device.clock().toISOString()).toBe('2026-11-22T08:30:15.250Z');
  });

  it('gives three records and their curves, which agree with one another', () => {
    const { first, next, curve, count } = VECTORS;
    const asked = [count, first, curve, next, curve, next, curve, next];
    const [counted, r1, c1, r2, c2, r3, c3, end] = interview(withFaults(sp10), asked);
    expect(pairAt(counted ?? Buffer.alloc(0), 1)).toBe(3);
    for (const [n, [record, bytes]] of [
      [r1, c1] as const,
      [r2, c2] as const,
      [r3, c3] as const,
    ].entries()) {
      if (record === undefined || bytes === undefined) throw new Error('no answer');
      const { index, announced, points } = readCurve(bytes);
      expect([pairAt(record, 3), index, announced]).toEqual([n + 1, n + 1, points.length]);
      expect([...record.subarray(5, 9)]).toEqual([26, 11, 22, 9]);
      const last = points.at(-1)?.volume ?? 0;
      expect(pairAt(record, 17) / 100).toBeCloseTo(last, 1);
      expect(pairAt(record, 21) / 100).toBeCloseTo(points[50]?.volume ?? 0, 1);
      const peak = Math.max(...points.map(({ flow }) => flow));
      expect(pairAt(record, 29) / 100).toBeCloseTo(peak, 1);
      const ratio = pairAt(record, 21) / pairAt(record, 17);
      expect(Math.abs(pairAt(record, 23) / 1000 - ratio)).toBeLessThan(0.005);
      expect(points.every(({ seconds }, k) => Math.abs(seconds - k * 0.02) < 1e-4)).toBe(true);
    }
    expect([end?.[0], end?.[1], end?.subarray(2, 43).every((byte) => byte === 0)]).toEqual([
      0xe1,
      0x7e,
      true,
    ]);
  });

  it('computes the indices that the model of the effort has', () => {
    const effort = { peakFlow: 8, riseSeconds: 0.1, decaySeconds: 0.5, endSeconds: 6.4 };
    const { fvc, fev1, fef50 } = indicesOf(effort);
    expect(fvc).toBeCloseTo(4.4, 3);
    expect(fev1).toBeCloseTo(0.4 + 4 * (1 - Math.exp(-1.8)), 6);
    expect(fef50).toBeCloseTo((0.4 + 4 - fvc / 2) / 0.5, 3);
  });

  it.each([
    ['endKeep', 3],
    ['endDelete', 0],
    ['deleteAll', 0],
  ] as const)('%s leaves %i records', (command, left) => {
    const answers = interview(withFaults(sp10), [VECTORS[command], VECTORS.count]);
    expect(pairAt(answers[1] ?? Buffer.alloc(0), 1)).toBe(left);
  });

  it('does not answer a command whose checksum is wrong', () => {
    expect(ask(withFaults(sp10), '91 00 01 13')).toHaveLength(0);
  });
});

describe('Contec sp10 faults', () => {
  describeReplyFaults(sp10, VECTORS.first);

  it('wrong-checksum: some answers, by their last byte alone', () => {
    const device = withFaults(sp10, ['wrong-checksum:2']);
    const answers = interview(device, Array<string>(12).fill(VECTORS.first));
    const wrong = answers.filter((bytes) => !hasRightChecksum(bytes));
    expect(wrong).toHaveLength(device.faultsInjected());
    expect(wrong.length).toBeGreaterThan(2);
    expect(wrong.length).toBeLessThan(12);
    const heads = new Set(answers.map((bytes) => hexOf(bytes.subarray(0, 43))));
    expect(heads.size).toBe(1);
  });

  it('no-record: count 0, no record, no curve', () => {
    const { count, first, curve } = VECTORS;
    const [counted, record, bytes] = interview(withFaults(sp10, ['no-record']), [
      count,
      first,
      curve,
    ]);
    expect(pairAt(counted ?? Buffer.alloc(0), 1)).toBe(0);
    expect(record?.[1]).toBe(0x7e);
    expect(hexOf(bytes ?? Buffer.alloc(0))).toBe('e2 01 00 00 00');
  });

  it('truncated-curve: half of what was announced', () => {
    const device = withFaults(sp10, ['truncated-curve:50']);
    const { announced, points } = readCurve(ask(device, VECTORS.curve, 0, 3));
    expect([announced, points.length, device.faultsInjected()]).toEqual([321, 160, 1]);
    expect(collect(device, 10, 4, 4000).bytes).toHaveLength(0);
  });
});
