import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../_sdk/bytes.ts';
import { computedMs, locksAgain, staysQuick, survivesAnything } from '../_sdk/fuzzTesting.ts';
import { CONTROL, controlReport, createFrameParser, type Token, unwrapReport } from './frames.ts';
import { fuzzTarget } from './fuzz.ts';
import { createRecordJoiner, parseHeader, parseResult } from './records.ts';
import { readContourTrace } from './trace.ts';

const golden = JSON.parse(
  readFileSync(
    new URL('../../../test/captures/ascensia.contour-next/frames.json', import.meta.url),
    'utf8',
  ),
) as {
  readonly result: { readonly hex: string; readonly text: string; readonly number: number };
  readonly header: string;
};
const FRAME = fromHex(golden.result.hex);

function tokensOf(...chunks: Uint8Array[]): Token[] {
  const tokens: Token[] = [];
  const parser = createFrameParser((token) => tokens.push(token));
  for (const chunk of chunks) {
    parser.push(chunk);
  }
  return tokens;
}

const result = (shown: string, unit: string, marks: string): string =>
  `R|1|^^^Glucose|${shown}|${unit}^P||${marks}||202611220830`;

describe('Contour Next frames', () => {
  const expected = {
    kind: 'frame',
    number: golden.result.number,
    text: `${golden.result.text}\r`,
    last: false,
  };

  it('believes the published frame with its published checksum, cut anywhere', () => {
    for (let cut = 0; cut <= FRAME.length; cut++) {
      expect(tokensOf(FRAME.subarray(0, cut), FRAME.subarray(cut))).toEqual([expected]);
    }
  });

  it('never believes a frame with a flipped bit', () => {
    fc.assert(
      fc.property(fc.nat(FRAME.length * 8 - 1), (bit) => {
        const bytes = FRAME.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        expect(tokensOf(bytes).filter(({ kind }) => kind === 'frame')).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('begins anew where a frame was cut off', () => {
    const tokens = tokensOf(FRAME.subarray(0, 20), FRAME);
    expect(tokens).toEqual([{ kind: 'damaged' }, expected]);
  });

  it('unwraps reports', () => {
    const report = controlReport(CONTROL.ACK);
    expect(report.length).toBe(64);
    expect([...(unwrapReport(report) ?? [])]).toEqual([CONTROL.ACK]);
    expect(unwrapReport(Uint8Array.of(0, 0, 0, 61, 1))).toBeNull();
    expect(unwrapReport(new Uint8Array(64))).toBeNull();
    expect(unwrapReport(new Uint8Array())).toBeNull();
  });

  it('reads twenty thousand messages a second of a core', () => {
    let frames = 0;
    const parser = createFrameParser(({ kind }) => {
      frames += kind === 'frame' ? 1 : 0;
    });
    const spentMs = computedMs(() => {
      for (let index = 0; index < 20_000; index++) {
        parser.push(FRAME);
      }
    });
    expect(frames).toBe(20_000);
    expect(spentMs).toBeLessThan(1_000);
  });

  it('survives noise, quickly, and locks again', () => {
    survivesAnything(fuzzTarget);
    locksAgain(fuzzTarget);
    staysQuick(fuzzTarget);
  });
});

describe('Contour Next records', () => {
  it('joins what was continued', () => {
    const join = createRecordJoiner();
    expect(join('H|1', false)).toEqual([]);
    expect(join('23\rP|1\rR|', false)).toEqual(['H|123', 'P|1']);
    expect(join('2', true)).toEqual(['R|2']);
    expect(join('L|1\r', true)).toEqual(['L|1']);
  });

  it('reads the published header', () => {
    expect(parseHeader(golden.header)).toEqual({
      model: '7350',
      serialNumber: '7358-1611135',
      firmware: '01.14',
      unit: 'mg/dL',
      resultCount: 4,
      deviceTime: '2015-05-29T12:48:00',
      hasSeconds: false,
    });
    expect(parseHeader('H|\\^&||x|Other123^1^2|')).toBeNull();
  });

  it('reads the published result', () => {
    expect(parseResult(golden.result.text, null)).toEqual({
      value: 93,
      unit: 'mg/dL',
      flags: ['afterMeal'],
      deviceTime: '2015-05-26T11:50:00',
    });
  });

  it.each([
    ['600', 'mg/dL', '>/M0', null, ['aboveDeviceRange']],
    ['20', 'mg/dL', '<', null, ['belowDeviceRange']],
    ['HI', 'mg/dL', '>', null, ['aboveDeviceRange']],
    ['118', 'mg/dL', 'C', 118, ['controlSolution']],
    ['5.4', 'mmol/L', 'B/M1/T2', 5.4, ['beforeMeal']],
    ['5.4', 'mmol/L', 'M0/T1', 5.4, []],
  ] as const)('reads %s %s %s', (shown, unit, marks, value, flags) => {
    expect(parseResult(result(shown, unit, marks), null)).toMatchObject({ value, unit, flags });
  });

  it('takes no number without a unit, and no text for a number', () => {
    expect(parseResult(result('93', '', ''), null)).toBeNull();
    expect(parseResult(result('93', '', ''), 'mmol/L')).toMatchObject({ unit: 'mmol/L' });
    expect(parseResult(result('93', 'mg/L', ''), 'mg/dL')).toBeNull();
    expect(parseResult(result('9e3', 'mg/dL', ''), null)).toBeNull();
    expect(parseResult('R|1|^^^Insulin|3|U||||202611220830', null)).toBe('other');
  });

  it('tells a technician the frames, and no password', () => {
    const trace = readContourTrace();
    expect(trace('out', controlReport(CONTROL.ACK))).toEqual(['ACK']);
    const report = new Uint8Array(64);
    report[3] = FRAME.length;
    report.set(FRAME, 4);
    expect(trace('in', report)).toEqual(['frame 5 R 93 mg/dL 2015-05-26T11:50:00 afterMeal']);
    expect(trace('in', Uint8Array.of(9))).toEqual(['no report 09']);
  });
});
