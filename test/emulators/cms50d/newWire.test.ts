import { describe, expect, it } from 'vitest';
import { describeStreamFaults } from '../common/streamFaults.testing.ts';
import { ask, chunk, collect, hexOf, withFaults } from '../common/testing.ts';
import type { EmulatedInstrument } from '../definition.ts';
import { cms50d } from './definition.ts';
import { decodeNewPayload, encodeNewFrame } from './newWire.ts';
import { STORED_SESSIONS } from './sessions.ts';

// label: generated from the public description of the packets, not captured.
const VECTORS = {
  start: '7d 81 a1 80 80 80 80 80 80',
  stop: '7d 81 a2 80 80 80 80 80 80',
  keepAlive: '7d 81 af 80 80 80 80 80 80',
  storageUser1Segment1: '7d 81 a6 81 81 80 80 80 80',
  storageStop: '7d 81 a7 80 80 80 80 80 80',
  beating: '01 80 c7 c0 99 c8 e2 de 81',
  fingerOut: '01 e9 80 80 80 ff ff ff ff',
};
// label: captured by others from a cms50d+ and printed in public readers of it.
const CAPTURED: readonly (readonly [string, string])[] = [
  ['7d 81 a7 80 80 80 80 80 80', '0c 80'],
  ['7d 81 a2 80 80 80 80 80 80', '0c 80'],
  ['7d 81 a0 80 80 80 80 80 80', '06 80 80 87'],
  ['7d 81 b0 80 80 80 80 80 80', '11 80 81 81 80 80 80 80 80'],
  ['7d 81 ac 80 80 80 80 80 80', '0e 80 81'],
  ['7d 81 aa 80 80 80 80 80 80', '04 80 f5 f3 e5 f2 a0 a0 a0'],
  ['7d 81 ab 80 80 80 80 80 80', '05 80 80 f5 f3 e5 f2 80 80'],
  ['7d 81 ad 80 80 80 80 80 80', '10 80 81'],
  ['7d 81 af 80 80 80 80 80 80', ''],
];

const BEATING = {
  signal: 7,
  fingerOut: false,
  searching: false,
  beep: true,
  pleth: 64,
  bar: 9,
  heartRate: 72,
  spo2: 98,
  perfusion: 350,
};
const OUT = {
  signal: 0,
  fingerOut: true,
  searching: false,
  beep: false,
  pleth: 0,
  bar: 0,
  heartRate: undefined,
  spo2: undefined,
  perfusion: undefined,
};
const NEW = { variant: 'v7' };
const PI = { variant: 'v7-pi' };
const say = (device: EmulatedInstrument, hex: string, nowMs: number): void => {
  device.receive(Buffer.from(hex.replaceAll(' ', ''), 'hex'), nowMs);
};

/** Splits where a byte has bit 7 clear, as the description says. */
function packetsOf(bytes: Uint8Array): { type: number; payload: number[] }[] {
  const starts = [...bytes.keys()].filter((at) => (bytes[at] ?? 0) < 0x80);
  return starts.map((from, n) => {
    const packet = bytes.subarray(from, starts[n + 1] ?? bytes.length);
    return { type: packet[0] ?? 0, payload: decodeNewPayload(packet) };
  });
}

const live = (switches: readonly string[], seconds: number, options = NEW) => {
  const device = withFaults(cms50d, switches, options);
  say(device, VECTORS.start, 0);
  return packetsOf(collect(device, seconds).bytes);
};

describe('cms50d+ protocol 7', () => {
  it('is encoded as described', () => {
    expect(hexOf(encodeNewFrame(BEATING))).toBe(VECTORS.beating);
    expect(hexOf(encodeNewFrame(OUT))).toBe(VECTORS.fingerOut);
  });

  it('answers the questions that public logs hold as the device in them did', () => {
    for (const [question, answer] of CAPTURED) {
      expect(hexOf(ask(withFaults(cms50d, [], NEW), question))).toBe(answer);
    }
  });

  it('is silent until it is started, streams sixty a second, and stops', () => {
    const device = withFaults(cms50d, [], NEW);
    expect(collect(device, 5).bytes).toHaveLength(0);
    say(device, VECTORS.start, 5000);
    const packets = packetsOf(collect(device, 10, 4, 5000).bytes);
    expect(packets).toHaveLength(600);
    for (const { type, payload } of packets) {
      const [, pleth = 0, , rate = 0, spo2 = 0, low, high] = payload;
      expect([type, pleth < 0x80, low, high]).toEqual([1, true, 0xff, 0xff]);
      expect(rate > 65 && rate < 80 && spo2 > 94 && spo2 <= 100).toBe(true);
    }
    expect(hexOf(ask(device, VECTORS.stop, 15_001))).toBe('0c 80');
    expect(device.nextDueMs()).toBe(Infinity);
  });

  it('measures the perfusion index only in the variant that has it', () => {
    for (const { payload } of live([], 2, PI)) {
      const [, , bar = 0, , , low = 0, high = 0] = payload;
      expect(bar & 0x10).toBe(0x10);
      expect((high << 8) | low).toBeGreaterThan(300);
    }
  });

  it('downloads a session in threes, the last packet filled with zeros', () => {
    const device = withFaults(cms50d, [], NEW);
    const packets = packetsOf(ask(device, VECTORS.storageUser1Segment1, 0, 3));
    expect(packets).toHaveLength(50);
    expect(packets.every(({ type, payload }) => type === 0x0f && payload.length === 6)).toBe(true);
    const points = packets.flatMap(({ payload }) => chunk(Uint8Array.from(payload), 2));
    const first = STORED_SESSIONS[0] ?? [];
    expect(points.map((pair) => [...pair])).toEqual(first.map((p) => [p.spo2, p.heartRate]));
    const second = packetsOf(ask(device, '7d 81 a6 81 82 80 80 80 80', 5000, 3));
    expect(second).toHaveLength(41);
    expect(second.at(-1)?.payload.slice(2)).toEqual([0, 0, 0, 0]);
    const length = ask(device, '7d 81 a4 81 82 80 80 80 80', 9000);
    expect(packetsOf(length)[0]?.payload.slice(2, 4)).toEqual([242, 0]);
  });

  it('keeps the perfusion index in packets of their own', () => {
    const packets = packetsOf(ask(withFaults(cms50d, [], PI), VECTORS.storageUser1Segment1, 0, 3));
    expect(packets).toHaveLength(150);
    expect(packets[100]).toEqual({ type: 9, payload: [99, 60 + (700 % 80), 400 & 0xff, 1] });
  });

  it('ends a download at its stop, and a live stream when a download begins', () => {
    const device = withFaults(cms50d, [], NEW);
    say(device, VECTORS.start, 0);
    device.advance(1001);
    say(device, VECTORS.storageUser1Segment1, 1001);
    const begun = packetsOf(Buffer.concat(device.advance(1011).writes));
    expect(begun.map(({ type }) => type)).toEqual(Array<number>(11).fill(0x0f));
    expect(hexOf(ask(device, VECTORS.storageStop, 1011))).toBe('0c 80');
  });

  it('takes commands in pieces and finds them behind other bytes', () => {
    const device = withFaults(cms50d, [], NEW);
    expect(ask(device, 'ff 80 7d 81 7d 81 a2 80 80', 0)).toHaveLength(0);
    expect(hexOf(ask(device, '80 80 80 80', 1000))).toBe('0c 80');
  });
});

describe('cms50d+ protocol 7 faults', () => {
  describeStreamFaults({
    definition: cms50d,
    variant: 'v7',
    framesPerSecond: 60,
    framesOf: (bytes) => chunk(bytes, 9),
    start: (device) => say(device, VECTORS.start, 0),
  });

  it('wrong-sync: bit 7 clear on the last byte of some frames', () => {
    const device = withFaults(cms50d, ['wrong-sync:10'], NEW);
    say(device, VECTORS.start, 0);
    const wrong = chunk(collect(device, 10).bytes, 9).filter((frame) => (frame[8] ?? 0) < 0x80);
    expect(wrong).toHaveLength(device.faultsInjected());
    expect(wrong.length).toBeGreaterThan(20);
  });

  it('late-reply: answers come late', () => {
    const device = withFaults(cms50d, ['late-reply:700'], NEW);
    say(device, VECTORS.stop, 1000);
    expect(device.advance(1699).writes).toEqual([]);
    expect(hexOf(Buffer.concat(device.advance(1700).writes))).toBe('0c 80');
  });

  it('finger-out and zero-values: no value is FF, 7F, FFFF, or 0', () => {
    const out = live(['finger-out:1'], 2).slice(60);
    expect(out.map(({ payload }) => payload.slice(3))).toEqual(out.map(() => [255, 127, 255, 255]));
    expect(out.every(({ payload }) => ((payload[0] ?? 0) & 0x80) !== 0)).toBe(true);
    const zeroes = live(['finger-out:1', 'zero-values'], 2).slice(60);
    expect(zeroes.map(({ payload }) => payload.slice(3, 5))).toEqual(zeroes.map(() => [0, 0]));
  });

  it('searching: the bit, and no values, until then', () => {
    for (const [n, { payload }] of live(['searching:1'], 2).entries()) {
      const [, pleth = 0, , rate] = payload;
      expect([pleth >= 0x80, rate === 0xff]).toEqual([n < 60, n < 60]);
    }
  });

  it('low-perfusion: the index asked for', () => {
    for (const { payload } of live(['low-perfusion:20'], 2, PI)) {
      expect([(payload[0] ?? 0) & 0x0f, payload[5], payload[6]]).toEqual([1, 20, 0]);
    }
  });

  it('empty-storage: no session, no packet', () => {
    const device = withFaults(cms50d, ['empty-storage'], NEW);
    expect(hexOf(ask(device, '7d 81 a3 80 80 80 80 80 80', 0))).toBe('0a 80 80 80');
    expect(ask(device, VECTORS.storageUser1Segment1, 2000, 3)).toHaveLength(0);
  });

  it('keep-alive: ends with a notice ten seconds after the last one', () => {
    const device = withFaults(cms50d, ['keep-alive:10'], NEW);
    say(device, VECTORS.start, 0);
    const before = collect(device, 8).bytes;
    say(device, VECTORS.keepAlive, 8000);
    const packets = packetsOf(Buffer.concat([before, collect(device, 30, 4, 8004).bytes]));
    expect(packets).toHaveLength(60 * 18 + 1);
    expect(packets.at(-1)).toEqual({ type: 0x0d, payload: [1] });
  });

  it('disconnect-notice: the device ends the stream after its seconds', () => {
    const packets = live(['disconnect-notice:5'], 20);
    expect(packets).toHaveLength(301);
    expect(packets.at(-1)?.type).toBe(0x0d);
  });
});
