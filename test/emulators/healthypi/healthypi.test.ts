import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { describeStreamFaults } from '../common/streamFaults.testing.ts';
import { chunk, collect, hexOf, withFaults } from '../common/testing.ts';
import { encodeBlock, encodeEcgSample } from './blocks.ts';
import { healthypi } from './definition.ts';
import { V6_COUNTS_PER_UV, V6_RAIL } from './sixBoard.ts';
import { V4_COUNTS_PER_UV, V5_COUNTS_PER_UV, V5_RAIL } from './smallBoards.ts';
import { encodeV4, encodeV5, V4_FRAME_BYTES, V5_FRAME_BYTES } from './smallFrames.ts';

// label: generated from the public descriptions of the three formats, not captured.
const VECTORS = {
  v4: '0a fa 14 00 02 85 ff 2d 00 40 e2 01 00 0f 04 f6 ff 51 0e 10 61 48 50 78 00 00 0b',
  v4LeadsOff: '0a fa 14 00 02 00 00 00 00 01 00 00 00 02 00 00 00 00 00 00 00 00 50 78 1f 00 0b',
  v5: '0a fa 16 00 02 90 ee fe ff d2 04 00 00 00 40 0d 03 00 50 34 03 00 51 0e 62 47 0f 00 0b',
  v6:
    '44 42 4c 4b 48 00 00 00 07 00 00 00 e8 03 00 00 00 00 00 00 01 00 02 00 00 00 00 00 ' +
    '05 00 00 00 64 00 00 00 9c ff ff ff c8 00 00 00 00 00 00 00 ' +
    '06 00 00 00 6e 00 00 00 a6 ff ff ff c8 00 00 00 03 00 00 00 47 1c 74 ba',
};

type Board = 'v4' | 'v5';
const BYTES = { v4: V4_FRAME_BYTES, v5: V5_FRAME_BYTES } as const;
const view = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const run = (variant: string, seconds: number, ...faults: string[]) => {
  const device = withFaults(healthypi, faults, { variant });
  return { ...collect(device, seconds), device };
};

function readSmall(board: Board, frame: Uint8Array) {
  const v = view(frame.subarray(5));
  const isFour = board === 'v4';
  return {
    isWhole:
      hexOf(frame.subarray(0, 5)) === (isFour ? '0a fa 14 00 02' : '0a fa 16 00 02') &&
      hexOf(frame.subarray(-2)) === '00 0b',
    ecg: isFour ? v.getInt16(0, true) : v.getInt32(0, true),
    respiration: isFour ? v.getInt16(2, true) : v.getInt32(4, true),
    infrared: v.getInt32(isFour ? 4 : 13, true),
    temperature: v.getInt16(isFour ? 12 : 17, true) / 100,
    spo2: v.getUint8(isFour ? 15 : 19),
    heartRate: v.getUint8(isFour ? 16 : 20),
    respirationRate: v.getUint8(isFour ? 14 : 21),
    leadOff: isFour ? v.getUint8(19) : 0,
    flag: isFour ? 0 : v.getUint8(8),
  };
}

const smallFrames = (board: Board, seconds: number, ...faults: string[]) =>
  chunk(run(board, seconds, ...faults).bytes, BYTES[board]).map((f) => readSmall(board, f));

/** Splits at the announced lengths. */
function blocksOf(bytes: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = view(bytes).getUint32(at + 4, true);
    blocks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return blocks;
}

function readBlock(block: Uint8Array) {
  const v = view(block);
  const end = block.length - 4;
  const count = v.getUint16(22, true);
  return {
    sequence: v.getUint32(8, true),
    ms: Number(v.getBigUint64(12, true)),
    channel: v.getUint8(20),
    isRight: v.getUint32(end, true) === crc32(block.subarray(0, end)),
    samples: chunk(block.subarray(28, end), (end - 28) / count),
  };
}

const sixBlocks = (seconds: number, ...faults: string[]) =>
  blocksOf(run('v6', seconds, ...faults).bytes).map(readBlock);
const ecgOf = (blocks: ReturnType<typeof sixBlocks>, lead = 1): number[] =>
  blocks
    .filter(({ channel }) => channel === 1)
    .flatMap(({ samples }) => samples.map((s) => view(s).getInt32(4 * lead, true)));

/** R waves: the value passes half of its maximum upwards. */
function beats(values: readonly number[]): number {
  const half = Math.max(...values) / 2;
  return values.filter((v, n) => v >= half && (values[n - 1] ?? 0) < half).length;
}

describe('HealthyPi frames', () => {
  it('are encoded as described', () => {
    const base = { red: -654_321, infrared: 123_456, respirationRate: 16, spo2: 97, heartRate: 72 };
    const four = { ...base, ecg: -123, respiration: 45, temperature: 3665, leadOff: 0 };
    expect(hexOf(encodeV4(four))).toBe(VECTORS.v4);
    const zero = { ecg: 0, respiration: 0, temperature: 0, respirationRate: 0, spo2: 0 };
    const off = { ...zero, heartRate: 0, infrared: 1, red: 2, leadOff: 31 };
    expect(hexOf(encodeV4(off))).toBe(VECTORS.v4LeadsOff);
    const five = { ...base, ecg: -70_000, respiration: 1234, temperature: 3665, hasBioz: true };
    const values = {
      red: 200_000,
      infrared: 210_000,
      spo2: 98,
      heartRate: 71,
      respirationRate: 15,
    };
    expect(hexOf(encodeV5({ ...five, ...values }))).toBe(VECTORS.v5);
    const samples = [
      encodeEcgSample(5, [100, -100, 200], 0),
      encodeEcgSample(6, [110, -90, 200], 3),
    ];
    const header = { sequence: 7, ms: 1000, channel: 1 };
    expect(hexOf(encodeBlock(header, samples))).toBe(VECTORS.v6);
  });

  it.each([
    ['v4', 125],
    ['v5', 128],
  ] as const)('%s: %i frames a second, one heart in all of them', (board, rate) => {
    const frames = smallFrames(board, 20);
    expect(frames).toHaveLength(20 * rate);
    for (const frame of frames) {
      expect(frame.isWhole).toBe(true);
      expect(frame.heartRate > 65 && frame.heartRate < 80 && frame.spo2 > 94).toBe(true);
      expect(Math.abs(frame.temperature - 36.6)).toBeLessThan(0.1);
    }
    expect(beats(frames.map(({ ecg }) => ecg))).toBe(24);
    const wave = frames.map(({ infrared }) => 210_000 - infrared);
    expect(Math.abs(beats(wave) - 24)).toBeLessThanOrEqual(1);
    expect(beats(frames.map(({ respiration }) => respiration))).toBe(6);
  });

  it('v5: respiration is new in every other frame only', () => {
    const frames = smallFrames('v5', 2);
    expect(frames.map(({ flag }) => flag)).toEqual(
      frames.map((_, n) => (n % 2 === 0 ? 0x00 : 0xff)),
    );
    expect(
      frames.every((f, n) => n % 2 === 0 || f.respiration === frames[n - 1]?.respiration),
    ).toBe(true);
  });

  it('v6: 500 ECG, 250 PPG samples and one set of values a second, in numbered blocks', () => {
    const blocks = sixBlocks(64.1);
    expect(blocks.every(({ isRight }) => isRight)).toBe(true);
    expect(blocks.map(({ sequence }) => sequence)).toEqual(blocks.map((_, n) => n));
    const of = (channel: number) => blocks.filter((block) => block.channel === channel);
    const count = (channel: number) => of(channel).flatMap(({ samples }) => samples).length;
    expect([count(1), count(2), count(4)]).toEqual([32_032, 16_016, 65]);
    expect(of(1).map(({ ms }) => ms)).toEqual(of(1).map((_, n) => 64 * (n + 1)));
    expect(Math.abs(beats(ecgOf(blocks, 2)) - 77)).toBeLessThanOrEqual(1);
    for (const { samples } of of(4)) {
      const [v = view(new Uint8Array(12))] = samples.map(view);
      expect(Math.abs(v.getUint16(0, true) - 72)).toBeLessThanOrEqual(3);
      expect(Math.abs(v.getUint16(2, true) - 970)).toBeLessThanOrEqual(10);
      expect(Math.abs(v.getInt16(6, true) - 3660)).toBeLessThanOrEqual(6);
    }
  });
});

describe.each(['v4', 'v5'] as const)('HealthyPi %s faults', (board) => {
  describeStreamFaults({
    definition: healthypi,
    variant: board,
    framesPerSecond: 125,
    framesOf: (bytes) => chunk(bytes, BYTES[board]),
  });

  it('wrong-checksum: wrong stop bytes', () => {
    const { bytes, device } = run(board, 10, 'wrong-checksum:10');
    const wrong = chunk(bytes, BYTES[board]).filter((f) => hexOf(f.subarray(-2)) !== '00 0b');
    expect(wrong).toHaveLength(device.faultsInjected());
    expect(wrong.length).toBeGreaterThan(50);
  });

  it('wrong-length: a length that is not the frame’s', () => {
    const { bytes, device } = run(board, 10, 'wrong-length:10');
    const wrong = chunk(bytes, BYTES[board]).filter((f) => (f[2] ?? 0) + 7 !== f.length);
    expect(wrong).toHaveLength(device.faultsInjected());
    expect(wrong.length).toBeGreaterThan(50);
  });

  it('sync-in-payload: false frames with start, length and stop, true ones stay whole', () => {
    const { bytes } = run(board, 10, 'sync-in-payload:8');
    const length = BYTES[board];
    const isFrame = (at: number): boolean => {
      const frame = bytes.subarray(at, at + length);
      return frame.length === length && readSmall(board, frame).isWhole;
    };
    const found = [...bytes.keys()].filter(isFrame);
    const count = bytes.length / length;
    expect(found.filter((at) => at % length === 0)).toHaveLength(count);
    expect(found.filter((at) => at % length !== 0).length).toBeGreaterThan(count / 8 - 2);
  });

  it('no-values: zeros from then on', () => {
    for (const [n, frame] of smallFrames(board, 2, 'no-values:1').entries()) {
      const isMissing = n >= (board === 'v4' ? 125 : 128);
      expect([frame.heartRate === 0, frame.spo2 === 0]).toEqual([isMissing, isMissing]);
    }
  });

  it('calibration-pulse: 1 mV, half a second each', () => {
    const perUv = board === 'v4' ? V4_COUNTS_PER_UV : V5_COUNTS_PER_UV;
    const values = smallFrames(board, 3, 'calibration-pulse').map(({ ecg }) => ecg);
    expect([...new Set(values)]).toEqual([0, Math.round(1000 * perUv)]);
    expect(beats(values)).toBe(3);
  });
});

describe('HealthyPi lead-off', () => {
  it('v4: the status says so, ECG and respiration are 0', () => {
    for (const frame of smallFrames('v4', 1, 'lead-off:3')) {
      expect([frame.leadOff, frame.ecg, frame.respiration]).toEqual([3, 0, 0]);
    }
  });

  it('v5: nothing says so, ECG is at the rail', () => {
    const frames = smallFrames('v5', 1, 'lead-off');
    expect(frames.every(({ ecg }) => ecg === V5_RAIL)).toBe(true);
  });

  it('v6: every sample says so, ECG is at the rail', () => {
    const blocks = sixBlocks(1, 'lead-off:5').filter(({ channel }) => channel === 1);
    expect(blocks.flatMap(({ samples }) => samples).every((s) => s[16] === 5)).toBe(true);
    expect(ecgOf(blocks).every((value) => value === V6_RAIL)).toBe(true);
  });
});

describe('HealthyPi v6 faults', () => {
  describeStreamFaults({
    definition: healthypi,
    variant: 'v6',
    framesPerSecond: 1000 / 64,
    framesOf: blocksOf,
  });

  it('wrong-checksum: the CRC alone', () => {
    const { bytes, device } = run('v6', 10, 'wrong-checksum:10');
    const wrong = blocksOf(bytes)
      .map(readBlock)
      .filter(({ isRight }) => !isRight);
    expect(wrong).toHaveLength(device.faultsInjected());
    expect(wrong.length).toBeGreaterThan(15);
  });

  it('wrong-length: a length that is not the block’s', () => {
    const { writes, device } = run('v6', 10, 'wrong-length:10');
    const wrong = writes.filter((block) => view(block).getUint32(4, true) !== block.length);
    expect(wrong).toHaveLength(device.faultsInjected());
    expect(wrong.length).toBeGreaterThan(15);
  });

  it('sync-in-payload: the magic and a plausible length inside, the CRC stays right', () => {
    const blocks = blocksOf(run('v6', 10, 'sync-in-payload:8').bytes);
    const spelt = blocks.filter((b) => hexOf(b.subarray(28, 36)) === '44 42 4c 4b 28 00 00 00');
    expect(spelt.length).toBeGreaterThan(blocks.length / 4 - 3);
    expect(blocks.every((block) => readBlock(block).isRight)).toBe(true);
  });

  it('no-values: zeros from then on', () => {
    const rates = sixBlocks(5, 'no-values:2')
      .filter(({ channel }) => channel === 4)
      .flatMap(({ samples }) => samples.map((s) => view(s).getUint16(0, true) === 0));
    expect(rates).toEqual([false, false, true, true, true]);
  });

  it('calibration-pulse: 1 mV on every channel', () => {
    const blocks = sixBlocks(3, 'calibration-pulse');
    for (const lead of [1, 2, 3]) {
      expect([...new Set(ecgOf(blocks, lead))]).toEqual([0, 1000 * V6_COUNTS_PER_UV]);
    }
  });
});
