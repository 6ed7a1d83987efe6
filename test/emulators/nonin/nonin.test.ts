import { describe, expect, it } from 'vitest';
import { describeStreamFaults } from '../common/streamFaults.testing.ts';
import { chunk, collect, hexOf, withFaults } from '../common/testing.ts';
import { nonin } from './definition.ts';
import { encodeNoninFrame, FRAME_BYTES, FRAMES_PER_PACKET, floatBytes, STATUS } from './packet.ts';

// label: generated from the public description of format 2 (heart rate 72, SpO2 98), not captured.
const VECTOR =
  '01 81 64 00 e6 01 80 65 48 2e 01 80 66 62 49 01 80 67 1e 06 01 80 68 00 e9 01 80 69 00 ea ' +
  '01 80 6a 05 f0 01 80 6b 00 ec 01 80 6c 62 4f 01 80 6d 62 50 01 80 6e 62 51 01 80 6f 00 f0 ' +
  '01 80 70 00 f1 01 80 71 00 f2 01 80 72 48 3b 01 80 73 62 56 01 80 74 62 57 01 80 75 00 f6 ' +
  '01 80 76 00 f7 01 80 77 00 f8 01 80 78 48 41 01 80 79 00 fa 01 80 7a 48 43 01 80 7b 00 fc ' +
  '01 80 7c 00 fd';

type Frame = { readonly status: number; readonly pleth: number; readonly float: number };

const framesOf = (bytes: Uint8Array) => chunk(bytes, FRAME_BYTES);
const hasRightSum = (f: Uint8Array): boolean =>
  f[4] === (f.subarray(0, 4).reduce((sum, byte) => sum + byte, 0) & 0xff);
const read = (f: Uint8Array): Frame => ({
  status: f[1] ?? 0,
  pleth: f[2] ?? 0,
  float: f[3] ?? 0,
});
const packetsOf = (bytes: Uint8Array): Frame[][] =>
  chunk(bytes, FRAME_BYTES * FRAMES_PER_PACKET)
    .filter((packet) => packet.length === FRAME_BYTES * FRAMES_PER_PACKET)
    .map((packet) => framesOf(packet).map(read));
const rateOf = (p: Frame[]): number => ((p[0]?.float ?? 0) << 7) | (p[1]?.float ?? 0);
const spo2Of = (p: Frame[]): number => p[2]?.float ?? 0;
const run = (fault: string, seconds = 10) => {
  const device = withFaults(nonin, [fault]);
  return { ...collect(device, seconds), device };
};

describe('Nonin format 2', () => {
  it('is encoded as described', () => {
    const float = floatBytes({ heartRate: 72, spo2: 98, timer: 5, revision: 0x1e });
    const frames = Array.from({ length: FRAMES_PER_PACKET }, (_, n) =>
      encodeNoninFrame(n === 0 ? STATUS.sync : 0, 0x64 + n, float[n] ?? 0),
    );
    expect(hexOf(Buffer.concat(frames))).toBe(VECTOR);
  });

  it('comes 75 times a second, packet after packet, in the values of an adult at rest', () => {
    const { bytes, frames } = collect(withFaults(nonin), 20);
    expect(frames).toBe(1500);
    expect(framesOf(bytes).every(hasRightSum)).toBe(true);
    const packets = packetsOf(bytes);
    for (const [n, packet] of packets.entries()) {
      expect(packet.filter(({ status }) => (status & STATUS.sync) !== 0)).toEqual([packet[0]]);
      expect(rateOf(packet)).toBeGreaterThanOrEqual(69);
      expect(rateOf(packet)).toBeLessThanOrEqual(75);
      expect(spo2Of(packet)).toBeGreaterThanOrEqual(96);
      expect(((packet[5]?.float ?? 0) << 7) | (packet[6]?.float ?? 0)).toBe(n);
    }
    const waves = packets.flat().map(({ pleth }) => pleth);
    const beats = waves.filter((p, n) => p >= 150 && (waves[n - 1] ?? 0) < 150);
    expect(beats.length).toBeGreaterThan(22);
    expect(beats.length).toBeLessThan(27);
  });
});

describe('Nonin faults', () => {
  describeStreamFaults({ definition: nonin, framesPerSecond: 75, framesOf });

  it('wrong-checksum: some frames, by their last byte alone', () => {
    const { bytes, device } = run('wrong-checksum:10');
    const wrong = framesOf(bytes).filter((frame) => !hasRightSum(frame));
    expect(wrong.length).toBeGreaterThan(20);
    expect(wrong).toHaveLength(device.faultsInjected());
  });

  it('wrong-sync: the bit on frame 13 of one packet in three', () => {
    const places = packetsOf(run('wrong-sync:3').bytes).map((packet) =>
      packet.findIndex(({ status }) => (status & STATUS.sync) !== 0),
    );
    expect(places.slice(0, 6)).toEqual([12, 0, 0, 12, 0, 0]);
  });

  it('sync-in-payload: a false first frame with a right checksum, true frames stay right', () => {
    const { bytes } = run('sync-in-payload:2');
    expect(framesOf(bytes).every(hasRightSum)).toBe(true);
    const falseStarts = [...bytes.keys()].filter((at) => {
      const frame = bytes.subarray(at, at + FRAME_BYTES);
      const begins = frame[0] === 1 && ((frame[1] ?? 0) & 0x81) === 0x81;
      return at % FRAME_BYTES !== 0 && frame.length === FRAME_BYTES && begins && hasRightSum(frame);
    });
    expect(falseStarts.length).toBeGreaterThanOrEqual(15);
    const packets = packetsOf(bytes);
    expect(packets.every((p) => rateOf(p) > 60 && rateOf(p) < 80)).toBe(true);
  });

  it('artifact: the bit on all frames of one packet in four, values stay', () => {
    for (const [n, packet] of packetsOf(run('artifact:4').bytes).entries()) {
      const marked = packet.filter(({ status }) => (status & STATUS.artifact) !== 0).length;
      expect(marked).toBe(n % 4 === 0 ? 25 : 0);
      expect(spo2Of(packet)).toBeLessThanOrEqual(100);
    }
  });

  it('out-of-track: the bit and no values in one packet in four', () => {
    for (const [n, packet] of packetsOf(run('out-of-track:4').bytes).entries()) {
      const marked = packet.filter(({ status }) => (status & STATUS.outOfTrack) !== 0).length;
      expect(marked).toBe(n % 4 === 0 ? 25 : 0);
      expect([rateOf(packet) === 511, spo2Of(packet) === 127]).toEqual([n % 4 === 0, n % 4 === 0]);
    }
  });

  it('disconnected-sensor: after its seconds the bits, no values and a flat wave', () => {
    const packets = packetsOf(run('disconnected-sensor:5').bytes);
    for (const [n, packet] of packets.entries()) {
      const off = n >= 15;
      expect(packet.every(({ status }) => ((status & 0x48) === 0x48) === off)).toBe(true);
      expect(packet.every(({ pleth }) => pleth === 0)).toBe(off);
      expect(rateOf(packet) === 511).toBe(off);
    }
  });

  it('missing: after its seconds no values, and no bit that says why', () => {
    const packets = packetsOf(run('missing:5').bytes);
    expect(packets.map((p) => rateOf(p) === 511 && spo2Of(p) === 127)).toEqual(
      packets.map((_, n) => n >= 15),
    );
    expect(packets.flat().every(({ status }) => (status & 0x78) === 0)).toBe(true);
  });
});
