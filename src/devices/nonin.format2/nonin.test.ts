import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import { leastCpuMs } from '../_sdk/cpuTime.ts';
import { createRecordingSink } from '../_sdk/recordingSink.ts';
import { createMemoryPair } from '../_transport/memory.ts';
import { noninAdapter } from './adapter.ts';
import { createNoninDecoder } from './decoder.ts';
import { createFrameParser, rateOf } from './protocol.ts';

const golden = z
  .object({ hex: z.string(), pulse: z.number(), spo2: z.number() })
  .parse(
    JSON.parse(
      readFileSync(
        new URL('../../../test/captures/nonin.format2/packet.json', import.meta.url),
        'utf8',
      ),
    ),
  );
const packet = Uint8Array.from(Buffer.from(golden.hex, 'hex'));
const MS = 1_000_000n;

/** One frame, its sum told by hand. */
function frame(status: number, pleth: number, float: number): Uint8Array {
  return Uint8Array.of(1, status, pleth, float, (1 + status + pleth + float) & 0xff);
}

/** Frames of packets whose pleth counts, with right places and the given status bits. */
function frames(count: number, bits = 0, rate = 72, spo2 = 98): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const place = index % 25;
    const floats = new Map([
      [0, rate >> 7],
      [1, rate & 0x7f],
      [2, spo2],
    ]);
    return frame(0x80 | bits | (place === 0 ? 1 : 0), index & 0xff, floats.get(place) ?? 0);
  });
}

function decode(chunks: readonly Uint8Array[]) {
  const sink = createRecordingSink();
  const decoder = createNoninDecoder(sink);
  chunks.forEach((chunk, index) => {
    decoder.push(chunk, (BigInt(index) * 1000n * MS) / 75n);
  });
  decoder.flush();
  return sink;
}

const misplaced = (sink: ReturnType<typeof createRecordingSink>) =>
  sink.samples.filter(({ place, values: [value] }) => value !== (place & 0xff));

describe('Nonin format 2', () => {
  it('reads the golden packet', () => {
    const sink = decode([packet, packet]);
    expect(sink.samples.length).toBe(50);
    expect(sink.measurements.map(({ name, value }) => [name, value])).toEqual([
      ['pulseRate', golden.pulse],
      ['spo2', golden.spo2],
    ]);
    expect(sink.badFrames()).toBe(0);
  });

  it('has nine bits of rate, all ones of which mean none', () => {
    expect([rateOf(0, 72), rateOf(1, 72), rateOf(0x7d, 72), rateOf(3, 127)]).toEqual([
      72,
      200,
      200,
      null,
    ]);
  });

  it('is the same however the bytes are cut', () => {
    const bytes = Buffer.concat(frames(60));
    const whole = decode([Uint8Array.from(bytes)]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1 }), (sizes) => {
        const sink = createRecordingSink();
        const decoder = createNoninDecoder(sink);
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          decoder.push(Uint8Array.from(bytes.subarray(at, at + size)), 0n);
          at += size;
        }
        expect(sink.samples.map(({ values }) => values)).toEqual(
          whole.samples.map(({ values }) => values),
        );
        expect(sink.measurements.length).toBe(whole.measurements.length);
      }),
    );
  });

  it('refuses a wrong checksum, counts the frame missing, and tells no value of its packet', () => {
    const hurt = frames(100);
    const victim = hurt[30] ?? packet;
    victim[4] = (victim[4] ?? 0) ^ 1;
    const sink = decode(hurt);
    expect(misplaced(sink)).toEqual([]);
    expect([sink.samples.length, sink.lost(0), sink.badFrames()]).toEqual([99, 1, 1]);
    const times = sink.measurements.map(({ readAtNs }) => Number(readAtNs / MS));
    // Whole packets begin with frames 0 and 50; they end when frames 25 and 75 come.
    expect(times.filter((time, index) => times.indexOf(time) === index)).toEqual([333]);
  });

  it('finds the frame that silently never came by the beginnings of packets', () => {
    const all = frames(200, 0, 98, 97);
    const sink = decode(all.filter((_, index) => index !== 60));
    expect(sink.lost(0)).toBe(1);
    expect(sink.samples.length).toBe(199);
    // Known when the new place is confirmed, one packet later.
    const wrong = misplaced(sink);
    expect(wrong.every(({ place }) => place >= 60 && place < 100)).toBe(true);
    expect(new Set(sink.measurements.map(({ value }) => value))).toEqual(new Set([98, 97]));
  });

  it('does not take a first frame in the wrong place for a loss', () => {
    const all = frames(200, 0, 98, 97);
    all[75] = frame(0x80, 75, 0);
    all[87] = frame(0x81, 87, 0x55);
    const sink = decode(all);
    expect(sink.lost(0)).toBe(0);
    expect(misplaced(sink)).toEqual([]);
    expect(new Set(sink.measurements.map(({ value }) => value))).toEqual(new Set([98, 97]));
  });

  it('measures a pause by the clock, and the place in the packet to the frame', () => {
    const sink = createRecordingSink();
    const decoder = createNoninDecoder(sink);
    frames(400).forEach((one, index) => {
      if (index < 110 || index >= 222) {
        decoder.push(one, (BigInt(index) * 1000n * MS) / 75n);
      }
    });
    expect(sink.lost(0)).toBe(112);
    const last = sink.samples.at(-1);
    expect(last?.values[0]).toBe((last?.place ?? 0) & 0xff);
  });

  it.each([
    [0x08, 'probeOff', null],
    [0x40, 'probeOff', null],
    [0x10, 'searching', 72],
    [0x20, 'artifact', 72],
    [0x04, 'lowPerfusion', 72],
  ])('tells status %i as %s', (bits, cause, rate) => {
    const sink = decode(frames(60, bits));
    expect(sink.qualities[0]).toEqual([cause]);
    expect(sink.measurements[0]?.value).toBe(rate);
    const doubted = rate === null ? 'invalid' : cause === 'lowPerfusion' ? 'good' : 'questionable';
    expect(sink.measurements[0]?.quality).toBe(doubted);
    const lost = cause === 'probeOff' ? CHANNEL_FLAG.lost : 0;
    expect(sink.samples.every(({ flags: [flag] }) => flag === lost)).toBe(true);
  });

  it('has no doubt about a yellow or green pulse, and forgets a doubt a second later', () => {
    expect(decode(frames(60, 0x06)).qualities).toEqual([]);
    expect(decode(frames(60, 0x02)).qualities).toEqual([]);
    expect(decode([...frames(25, 0x20), ...frames(125)]).qualities).toEqual([['artifact'], []]);
  });

  it('says that the device has no value', () => {
    const sink = decode(frames(60, 0, 511, 127));
    expect(sink.measurements.map(({ value, flags }) => [value, flags])).toEqual([
      [null, ['notAvailable']],
      [null, ['notAvailable']],
    ]);
  });

  it('makes nothing out of noise more often than its checksum allows', () => {
    let seen = 0;
    let state = 1;
    const noise = Uint8Array.from({ length: 1 << 20 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
    const ignore = (): void => undefined;
    const parser = createFrameParser(() => seen++, ignore, ignore);
    const push = (part: number): void =>
      parser.push(noise.subarray(part * 65_536, (part + 1) * 65_536));
    expect(leastCpuMs(push, noise.length / 65_536)).toBeLessThan(10);
    // Two frames in a row by chance: 2^-34 for each byte.
    expect(seen).toBe(0);
  });

  it('is known by listening alone, with its revision', async () => {
    const pair = createMemoryPair(() => 0n);
    let written = 0;
    pair.device.onBytes(() => written++);
    const time = {
      nowNs: () => 0n,
      after: () => () => undefined,
      wallClock: () => '2026-01-01T00:00:00.000Z',
    };
    const probing = noninAdapter.probe(pair.transport, {
      time,
      wire: noninAdapter.manifest.wires[0],
      calibration: () => null,
    });
    pair.device.send(packet.subarray(40));
    pair.device.send(packet);
    pair.device.send(packet);
    expect(await probing).toMatchObject({
      ok: true,
      value: { adapterId: 'nonin.format2', firmware: '30' },
    });
    expect(written).toBe(0);
  });

  it('reads a trace along', () => {
    const read = noninAdapter.readTrace();
    expect(read('in', packet)).toEqual([]);
    expect(read('in', packet)).toEqual(['packet SpO2 98 HR 72']);
    expect(read('out', packet)).toEqual([]);
  });
});
