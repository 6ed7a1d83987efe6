import { describe, expect, it } from 'vitest';
import { describeStreamFaults } from '../common/streamFaults.testing.ts';
import { ask, chunk, collect, hexOf, withFaults } from '../common/testing.ts';
import { cms50d } from './definition.ts';
import { encodeOldFrame, OLD_FRAME_BYTES } from './oldWire.ts';
import { STORED_SESSIONS } from './sessions.ts';

// label: generated from the public description of the wire, not captured.
const VECTORS = { beating: 'c7 64 4c 0c 61', fingerOut: '90 00 10 00 00' };

const FIRST_SESSION = STORED_SESSIONS[0] ?? [];
const framesOf = (bytes: Uint8Array) => chunk(bytes, OLD_FRAME_BYTES);
const read = (f: Uint8Array) => ({
  signal: (f[0] ?? 0) & 0x0f,
  fingerOut: ((f[0] ?? 0) & 0x10) !== 0,
  pleth: f[1] ?? 0,
  searching: ((f[2] ?? 0) & 0x20) !== 0,
  rate: (((f[2] ?? 0) & 0x40) << 1) | (f[3] ?? 0),
  spo2: f[4] ?? 0,
});
const run = (fault: string, seconds = 10) =>
  framesOf(collect(withFaults(cms50d, [fault]), seconds).bytes).map(read);

/** Reads a download by the description alone. */
function readDownload(bytes: Uint8Array) {
  const at = Buffer.from(bytes).indexOf('f28000f28000f28000', 0, 'hex');
  const [a = 0, b = 0, c = 0] = bytes.subarray(at + 9, at + 12);
  const length = (((a & 0x7f) << 14) | ((b & 0x7f) << 7) | c) + 1;
  const records = chunk(bytes.subarray(at + 12, at + 12 + length), 3);
  const points = records.map(([high = 0, rate = 0, spo2 = 0]) => ({
    heartRate: ((high & 1) << 7) | (rate & 0x7f),
    spo2,
    isRecord: (high & 0xfe) === 0xf0 && (rate & 0x80) !== 0 && spo2 < 0x80,
  }));
  return { at, points, headerBits: [a >> 7, b >> 7, c >> 7] };
}

describe('cms50d+ old wire', () => {
  it('is encoded as described', () => {
    const beating = {
      signal: 7,
      fingerOut: false,
      searching: false,
      beep: true,
      pleth: 100,
      bar: 12,
      heartRate: 140,
      spo2: 97,
      perfusion: undefined,
    };
    expect(hexOf(encodeOldFrame(beating))).toBe(VECTORS.beating);
    const out = { ...beating, signal: 0, fingerOut: true, beep: false, pleth: 0, bar: 0 };
    const nothing = { heartRate: undefined, spo2: undefined };
    expect(hexOf(encodeOldFrame({ ...out, ...nothing }))).toBe(VECTORS.fingerOut);
  });

  it('speaks unasked, sixty times a second, bit 7 on first bytes only', () => {
    const { bytes, frames } = collect(withFaults(cms50d), 10);
    expect(frames).toBe(600);
    expect([...bytes.keys()].filter((at) => (bytes[at] ?? 0) >= 0x80)).toEqual(
      Array.from({ length: 600 }, (_, n) => n * OLD_FRAME_BYTES),
    );
    const states = framesOf(bytes).map(read);
    expect(states.every(({ rate, spo2 }) => rate > 65 && rate < 80 && spo2 > 94)).toBe(true);
    const peaks = states.filter((s, n) => s.pleth >= 80 && (states[n - 1]?.pleth ?? 0) < 80);
    expect(peaks.length).toBeGreaterThanOrEqual(11);
    expect(peaks.length).toBeLessThanOrEqual(14);
  });

  it('downloads the session that it keeps, and then goes back to live frames', () => {
    const device = withFaults(cms50d);
    collect(device, 1);
    const { at, points, headerBits } = readDownload(ask(device, 'f5 f5', 1000, 3));
    expect([at, headerBits]).toEqual([0, [1, 1, 0]]);
    expect(points).toHaveLength(150);
    expect(points.every(({ isRecord }) => isRecord)).toBe(true);
    expect(points.map(({ heartRate, spo2 }) => [heartRate, spo2])).toEqual(
      FIRST_SESSION.map(({ heartRate, spo2 }) => [heartRate, spo2]),
    );
    expect(Math.max(...points.map(({ heartRate }) => heartRate))).toBeGreaterThan(127);
    expect(device.advance(60_000).writes).toEqual([]);
    const live = framesOf(ask(device, 'f6 f6 f6', 61_000, 1));
    expect(live).toHaveLength(60);
    expect(live.every((frame) => (frame[0] ?? 0) >= 0x80)).toBe(true);
  });

  it('breaks off a download at the stop command', () => {
    const device = withFaults(cms50d);
    device.advance(0);
    device.receive(Buffer.from('f5f5', 'hex'), 10);
    const before = Buffer.concat(device.advance(60).writes);
    const after = ask(device, 'f6 f6 f6', 61, 1);
    expect(before.length).toBeLessThan(150);
    expect(framesOf(after).every(([first = 0]) => first >= 0x80 && first < 0xf0)).toBe(true);
  });
});

describe('cms50d+ old faults', () => {
  describeStreamFaults({ definition: cms50d, framesPerSecond: 60, framesOf });

  it('wrong-sync: bit 7 set on the last byte of some frames', () => {
    const device = withFaults(cms50d, ['wrong-sync:10']);
    const frames = framesOf(collect(device, 10).bytes);
    const wrong = frames.filter((frame) => (frame[4] ?? 0) >= 0x80);
    expect(wrong).toHaveLength(device.faultsInjected());
    expect(wrong.length).toBeGreaterThan(20);
  });

  it('late-reply: the download begins late', () => {
    const device = withFaults(cms50d, ['late-reply:700']);
    device.advance(0);
    device.receive(Buffer.from('f5f5', 'hex'), 10);
    expect(device.advance(709).writes).toEqual([]);
    expect(readDownload(Buffer.concat(device.advance(710).writes)).at).toBe(0);
  });

  it('finger-out: the bit, and no values, from then on', () => {
    for (const [n, state] of run('finger-out:5').entries()) {
      expect([state.fingerOut, state.rate === 0, state.spo2 === 0]).toEqual(
        Array<boolean>(3).fill(n >= 300),
      );
    }
  });

  it('searching: the bit, and no values, until then', () => {
    for (const [n, state] of run('searching:5').entries()) {
      expect([state.searching, state.rate === 0]).toEqual([n < 300, n < 300]);
    }
  });

  it('low-perfusion: values, but hardly a wave', () => {
    const states = run('low-perfusion');
    expect(states.every(({ signal, rate }) => signal === 1 && rate > 60)).toBe(true);
    expect(Math.max(...states.map(({ pleth }) => pleth))).toBeLessThan(25);
  });

  it('empty-storage: a download without a record', () => {
    const device = withFaults(cms50d, ['empty-storage']);
    device.advance(0);
    expect(hexOf(ask(device, 'f5 f5', 10, 3))).toBe('f2 80 00 f2 80 00 f2 80 00 80 80 00');
  });
});
