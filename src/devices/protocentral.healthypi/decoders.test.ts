import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import { createRecordingSink } from '../_sdk/recordingSink.ts';
import { createV6Decoder } from './blockDecoder.ts';
import { createV4Decoder, createV5Decoder } from './openViewDecoder.ts';
import { sampleBlock } from './samples.ts';

const none = z.number().nullable();
const rates = { temperature: none, respirationRate: none, spo2: none, heartRate: none };
const signals = { hex: z.string(), ecg: z.number(), red: z.number(), infrared: z.number() };
const Golden = z.object({
  v4: z.array(z.object({ ...rates, ...signals, respiration: z.number(), leadOff: z.boolean() })),
  v5: z.array(z.object({ ...rates, ...signals, bioimpedance: z.number() })),
});
const golden = Golden.parse(
  JSON.parse(
    readFileSync(
      new URL(
        '../../../test/captures/protocentral.healthypi/openview-frames.json',
        import.meta.url,
      ),
      'utf8',
    ),
  ),
);

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const MS = 1_000_000n;

function told(sink: ReturnType<typeof createRecordingSink>): Record<string, number | null> {
  return Object.fromEntries(sink.measurements.map(({ name, value }) => [name, value]));
}

describe('HealthyPi v4', () => {
  it.each(golden.v4)('reads the golden frame: ECG $ecg', (frame) => {
    const sink = createRecordingSink();
    const decoder = createV4Decoder({ sink, ecgScale: null });
    decoder.push(bytesOf(frame.hex.repeat(2)), 0n);
    expect(sink.of(0)[0]?.values).toEqual([frame.ecg]);
    expect(sink.of(1)[0]?.values).toEqual([frame.respiration]);
    expect(sink.of(2)[0]?.values).toEqual([frame.red, frame.infrared]);
    expect(sink.of(0)[0]?.flags).toEqual([frame.leadOff ? CHANNEL_FLAG.leadOff : 0]);
    expect(sink.events.map(({ code }) => code)).toEqual(frame.leadOff ? ['leadOff'] : []);
    expect(told(sink)).toEqual({
      heartRate: frame.heartRate,
      respirationRate: frame.respirationRate,
      spo2: frame.spo2,
      skinTemperature: frame.temperature,
    });
  });

  it('never tells the pressures that it does not measure', () => {
    const sink = createRecordingSink();
    const decoder = createV4Decoder({ sink, ecgScale: null });
    decoder.push(bytesOf((golden.v4[0]?.hex ?? '').repeat(300)), 0n);
    expect(sink.measurements.some(({ name }) => /pressure/i.test(name))).toBe(false);
    expect(sink.measurements.some(({ value }) => value === 80 || value === 120)).toBe(false);
  });

  it('doubts amplitudes that nobody calibrated, and no others', () => {
    const hex = (golden.v4[0]?.hex ?? '').repeat(3);
    const plain = createRecordingSink();
    createV4Decoder({ sink: plain, ecgScale: null }).push(bytesOf(hex), 0n);
    expect(plain.qualities).toEqual([['uncalibrated']]);
    const calibrated = createRecordingSink();
    createV4Decoder({ sink: calibrated, ecgScale: 0.05 }).push(bytesOf(hex), 0n);
    expect(calibrated.qualities).toEqual([]);
  });

  it('tells a standing value once a second, and a changed one at once', () => {
    const sink = createRecordingSink();
    const decoder = createV4Decoder({ sink, ecgScale: null });
    const frame = bytesOf(golden.v4[0]?.hex ?? '');
    const changed = frame.slice();
    changed[5 + 16] = 73;
    for (let index = 0; index < 250; index++) {
      decoder.push(index < 200 ? frame : changed, BigInt(index * 8) * MS);
    }
    const hearts = sink.measurements.filter(({ name }) => name === 'heartRate');
    expect(hearts.map(({ value }) => value)).toEqual([72, 72, 73]);
    const times = hearts.map(({ readAtNs }) => Number(readAtNs / MS));
    expect(times).toEqual([0, 1000, 1600]);
  });

  it('counts the frame that was damaged as missing, in its place', () => {
    const sink = createRecordingSink();
    const decoder = createV4Decoder({ sink, ecgScale: null });
    for (let index = 0; index < 10; index++) {
      const frame = bytesOf(golden.v4[0]?.hex ?? '');
      frame[5] = index;
      frame[6] = 0;
      if (index === 4) {
        frame[26] = 0xff;
      }
      decoder.push(frame, BigInt(index * 8) * MS);
    }
    decoder.flush();
    expect(sink.of(0).map(({ place, values: [value] }) => [place, value])).toEqual(
      [0, 1, 2, 3, 5, 6, 7, 8, 9].map((number) => [number, number]),
    );
    expect(sink.lost(2)).toBe(1);
    expect(sink.badFrames()).toBe(1);
  });
});

describe('HealthyPi 5', () => {
  it.each(golden.v5)('reads the golden frame: ECG $ecg', (frame) => {
    const sink = createRecordingSink();
    createV5Decoder({ sink, ecgScale: null }).push(bytesOf(frame.hex.repeat(2)), 0n);
    expect(sink.of(0)[0]?.values).toEqual([frame.ecg]);
    expect(sink.of(1)[0]?.values).toEqual([frame.bioimpedance]);
    expect(sink.of(2)[0]?.values).toEqual([frame.red, frame.infrared]);
    expect(told(sink)).toEqual({
      heartRate: frame.heartRate,
      respirationRate: frame.respirationRate,
      spo2: frame.spo2,
      skinTemperature: frame.temperature,
    });
  });

  it('skips the bioimpedance that is not new', () => {
    const sink = createRecordingSink();
    const decoder = createV5Decoder({ sink, ecgScale: null });
    for (let index = 0; index < 20; index++) {
      const frame = bytesOf(golden.v5[0]?.hex ?? '');
      frame[5 + 4] = index;
      frame[5 + 8] = index % 2 === 0 ? 0 : 0xff;
      decoder.push(frame, 0n);
    }
    decoder.flush();
    expect(sink.of(0).length).toBe(20);
    expect(sink.of(1).map(({ values: [value] }) => (value ?? 0) & 0xff)).toEqual(
      Array.from({ length: 10 }, (_, index) => index * 2),
    );
  });

  it('takes the low byte of -999 for the absence that it is', () => {
    const sink = createRecordingSink();
    const frame = bytesOf(golden.v5[0]?.hex ?? '');
    frame[5 + 19] = 0x19;
    const decoder = createV5Decoder({ sink, ecgScale: null });
    decoder.push(frame, 0n);
    decoder.push(frame, 0n);
    expect(told(sink)['spo2']).toBeNull();
  });
});

/** A vitals block laid out by hand after HP6_DATA_FORMAT.md section 4. */
function vitals(number: number, flags: number | null, spo2x10 = 975): Uint8Array {
  const size = flags === null ? 12 : 16;
  const bytes = new Uint8Array(32 + size);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from('DBLK'));
  view.setUint32(4, bytes.length, true);
  view.setUint32(8, number, true);
  bytes[20] = 4;
  view.setUint16(22, 1, true);
  [72, spo2x10, 0, 3310].forEach((value, index) => {
    view.setUint16(28 + index * 2, value, true);
  });
  bytes[28 + 14] = flags ?? 0;
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, bytes.length - 4)), true);
  return bytes;
}

describe('HealthyPi 6', () => {
  it('reads vitals of both formats; zero is no value', () => {
    for (const flags of [null, 0]) {
      const sink = createRecordingSink();
      createV6Decoder(sink).push(vitals(1, flags), 0n);
      expect(told(sink)).toEqual({
        heartRate: 72,
        spo2: 97.5,
        respirationRate: null,
        skinTemperature: 33.1,
      });
    }
  });

  it('calls a rate from the finger a pulse, and doubts it when the pulse is weak', () => {
    const sink = createRecordingSink();
    createV6Decoder(sink).push(vitals(1, 0b101), 0n);
    expect(told(sink)).toMatchObject({ heartRate: null, pulseRate: 72, spo2: 97.5 });
    expect(sink.measurements.find(({ name }) => name === 'spo2')?.quality).toBe('questionable');
    expect(sink.qualities).toEqual([['lowPerfusion']]);
  });

  it('marks whole blocks that never came, once for each signal', () => {
    const sink = createRecordingSink();
    const decoder = createV6Decoder(sink);
    // 16 samples at 500 Hz last 32 ms, which is what the made-up block's clock counts.
    for (const number of [1, 2, 3, 6, 7]) {
      decoder.push(sampleBlock(number, 16), 0n);
    }
    decoder.push(sampleBlock(7, 16), 0n);
    expect(sink.lost(0)).toBe(32);
    expect(sink.lost(1)).toBe(32);
    const wrong = sink.of(0).filter(({ place, values }) => values[0] !== place + 16);
    expect(wrong).toEqual([]);
    expect(sink.of(0).length).toBe(5 * 16);
  });

  it('names the electrode that is off, and doubts the leads that hang on it', () => {
    const sink = createRecordingSink();
    const block = sampleBlock(1);
    block[28 + 20 + 16] = 0b0010;
    new DataView(block.buffer).setUint32(
      block.length - 4,
      crc32(block.subarray(0, block.length - 4)),
      true,
    );
    createV6Decoder(sink).push(block, 0n);
    const off = CHANNEL_FLAG.leadOff;
    expect(sink.of(0).map(({ flags }) => flags)).toEqual([
      [0, 0, 0],
      [off, 0, off],
    ]);
    expect(sink.events).toEqual([{ code: 'leadOff', lead: 'LA' }]);
  });
});
