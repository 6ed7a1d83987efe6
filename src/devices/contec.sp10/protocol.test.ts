import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, hex } from '../_sdk/bytes.ts';
import { locksAgain, staysQuick, survivesAnything } from '../_sdk/fuzzTesting.ts';
import { curveReader, giveCurve, unpackPoint } from './curve.ts';
import { fuzzTarget } from './fuzz.ts';
import { COMMAND, countReader, isSealed } from './protocol.ts';
import { recordReader } from './record.ts';
import { readSp10Trace } from './trace.ts';

const golden = JSON.parse(
  readFileSync(
    new URL('../../../test/captures/contec.sp10/messages.json', import.meta.url),
    'utf8',
  ),
) as {
  readonly commands: Readonly<Record<string, string>>;
  readonly record: { readonly hex: string };
  readonly point: { readonly hex: string };
};
const RECORD = fromHex(golden.record.hex);
const POINT = fromHex(golden.point.hex);
const CURVE = Uint8Array.of(0xe2, 1, 0, 2, 0, ...POINT, ...POINT);

function reseal(message: Uint8Array): Uint8Array {
  const sum = message.subarray(0, -1).reduce((all, byte) => all + byte, 0);
  message[message.length - 1] = sum & 0x7f;
  return message;
}

describe('SP10 protocol', () => {
  it('says the documented commands', () => {
    const at = {
      year: 2026,
      month: 11,
      day: 22,
      hour: 8,
      minute: 30,
      second: 15,
      millisecond: 250,
    };
    const { setClock, ...fixed } = COMMAND;
    const said = Object.entries(fixed).map(([name, bytes]) => [name, hex(bytes)]);
    expect(
      Object.fromEntries([...said, ['setClock 2026-11-22T08:30:15.250', hex(setClock(at))]]),
    ).toEqual(golden.commands);
  });

  it('reads the example of the published program, cut anywhere', () => {
    for (let cut = 1; cut < RECORD.length; cut++) {
      const read = recordReader();
      expect(read(RECORD.subarray(0, cut), 0n)).toBeNull();
      expect(read(RECORD.subarray(cut), 3n)).toMatchObject({
        kind: 'reply',
        value: { number: 1, isForced: true, deviceTime: '2022-08-29T17:30:36', readAtNs: 3n },
      });
    }
  });

  it('gives the indices with their units, and none that was not measured', () => {
    const verdict = recordReader()(RECORD, 0n);
    const values = verdict?.kind === 'reply' ? verdict.value.values : [];
    const byName = new Map(values.map((value) => [value.name, value]));
    const shown = [...byName].map(([name, { value }]) => [name, value]);
    expect(Object.fromEntries(shown)).toEqual({
      fvc: 5.1,
      fev05: null,
      fev1: 4.95,
      fev1Ratio: 97.1,
      fev3: null,
      fev6: null,
      peakExpiratoryFlow: 9.33,
      fef25: 8.01,
      fef50: 6.52,
      fef75: 3.91,
      fef2575: 6.14,
      peakFlowTime: 0.291,
      extrapolatedVolume: 0.079,
    });
    expect(byName.get('fev1Ratio')?.quality).toBe('good');
    expect(byName.get('peakFlowTime')?.quality).toBe('questionable');
    expect(byName.get('fev3')?.flags).toEqual(['notAvailable']);
  });

  it('doubts a ratio that is not that of its own volumes', () => {
    const changed = RECORD.slice();
    changed[24] = 1;
    const verdict = recordReader()(reseal(changed), 0n);
    const values = verdict?.kind === 'reply' ? verdict.value.values : [];
    expect(values.find(({ name }) => name === 'fev1Ratio')?.quality).toBe('questionable');
  });

  it('never believes a record with a flipped bit', () => {
    for (let bit = 0; bit < RECORD.length * 8; bit++) {
      const bytes = RECORD.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(recordReader()(bytes, 0n)).toEqual({ kind: 'damaged' });
    }
  });

  it('gives no indices of a manoeuvre that is not forced', () => {
    const slow = RECORD.slice();
    slow[2] = 2;
    expect(recordReader()(reseal(slow), 0n)).toMatchObject({
      value: { isForced: false, values: [] },
    });
  });

  it('reads counts of fourteen bits', () => {
    const message = reseal(Uint8Array.of(0xe0, 0x03, 0x01, 0, 0, 0, 0, 0, 0, 0));
    expect(isSealed(message, 0, message.length)).toBe(true);
    expect(countReader()(message, 0n)).toEqual({ kind: 'reply', value: 131 });
  });
});

describe('SP10 curve', () => {
  it('unpacks the highest bits where they belong', () => {
    const counts = new Int32Array(3);
    expect(unpackPoint(POINT, 0, counts, 0)).toBe(true);
    expect([...counts]).toEqual([5000, 4200, 2100]);
  });

  it('unpacks what was packed', () => {
    const word = fc.nat(0xffff);
    fc.assert(
      fc.property(fc.nat(0xff_ffff), word, word, (time, flow, volume) => {
        const plain = [time, time >> 8, time >> 16, flow, flow >> 8, volume, volume >> 8];
        const high = plain.reduce((bits, byte, at) => bits | (((byte >> 7) & 1) << at), 0);
        const counts = new Int32Array(3);
        const packed = Uint8Array.of(high, ...plain.map((byte) => byte & 0x7f));
        expect(unpackPoint(packed, 0, counts, 0)).toBe(true);
        expect([...counts]).toEqual([time, flow, volume]);
      }),
    );
  });

  it('reads header and points, cut anywhere, and refuses too many', () => {
    for (let cut = 1; cut < CURVE.length; cut++) {
      const read = curveReader();
      expect(read(CURVE.subarray(0, cut), 0n)).toBeNull();
      expect(read(CURVE.subarray(cut), 0n)).toMatchObject({ value: { index: 1, points: 2 } });
    }
    expect(curveReader()(Uint8Array.of(...CURVE, 1), 0n)).toEqual({ kind: 'damaged' });
  });

  it('refuses time that runs backwards', () => {
    const back = CURVE.slice();
    back[14] = 0;
    expect(curveReader()(back, 0n)).toEqual({ kind: 'damaged' });
  });

  it('is handed over as a stored stream, raw counts with their scales', () => {
    const verdict = curveReader()(CURVE, 9n);
    const told: unknown[] = [];
    if (verdict?.kind === 'reply') {
      giveCurve(verdict.value, '2026-01-01T00:00:00', {
        onStored: (stream, at) => told.push([stream, at]),
        onSamples: ({ count, samples, scales }) => told.push([count, [...samples], [...scales]]),
      });
    }
    expect(told).toEqual([
      [0, '2026-01-01T00:00:00'],
      [2, [5000, 5000, 4200, 4200, 2100, 2100], [0.0001, 0.001, 0.001]],
    ]);
  });

  it('survives noise, quickly, and locks again', () => {
    survivesAnything(fuzzTarget);
    locksAgain(fuzzTarget);
    staysQuick(fuzzTarget);
  });

  it('tells a technician what the bytes say', () => {
    const trace = readSp10Trace();
    expect(trace('out', COMMAND.firstRecord)).toEqual(['first record?']);
    expect(trace('in', RECORD)[0]).toMatch(/^record 1 2022-08-29T17:30:36 fvc 5.1 fev05 - /);
    expect(trace('out', COMMAND.curve)).toEqual(['curve?']);
    expect(trace('in', CURVE)).toEqual(['curve 1: 2 points']);
  });
});
