import { describe, expect, it } from 'vitest';
import { fromHex } from '../_sdk/bytes.ts';
import { createRecordingSink } from '../_sdk/recordingSink.ts';
import { readScaleTrace } from './trace.ts';
import { createWeighing } from './weighing.ts';

const ZERO = '0203ff0000';
const STABLE = '0403ff2c02';
const MOVING = '0303ff2c02';
const UNDER_ZERO = '0503ff0500';
const OVER_LIMIT = '0603ff0000';
const CAUSES = [
  [UNDER_ZERO, ['uncalibrated']],
  [OVER_LIMIT, ['saturated']],
  ['0703ff0000', ['uncalibrated']],
  ['0803ff0000', ['uncalibrated']],
] as const;

const REPORT_MS = 100;

/** A clock that the test moves. */
function createTestTime() {
  let nowMs = 0;
  let jobs: { readonly atMs: number; readonly action: () => void }[] = [];
  return {
    nowNs: () => BigInt(nowMs) * 1_000_000n,
    pending: () => jobs.length,
    after: (ms: number, action: () => void) => {
      const job = { atMs: nowMs + ms, action };
      jobs.push(job);
      return () => {
        jobs = jobs.filter((one) => one !== job);
      };
    },
    pass: (ms: number) => {
      nowMs += ms;
      const due = jobs.filter(({ atMs }) => atMs <= nowMs);
      jobs = jobs.filter(({ atMs }) => atMs > nowMs);
      for (const { action } of due) {
        action();
      }
    },
  };
}

/** Ten reports a second. */
function weigh(...reports: string[]) {
  const sink = createRecordingSink();
  const time = createTestTime();
  const weighing = createWeighing(sink, time);
  for (const hex of reports) {
    weighing.push(fromHex(hex), time.nowNs());
    time.pass(REPORT_MS);
  }
  const told = () => sink.measurements.map(({ value, flags }) => [value, ...flags]);
  return { sink, time, weighing, told };
}

describe('a weighing', () => {
  it('gives one value once the scale stands still, and says until then that it moves', () => {
    const { sink, told } = weigh(ZERO, MOVING, MOVING, STABLE, STABLE, STABLE);
    expect(told()).toEqual([[55.6]]);
    expect(sink.measurements).toMatchObject([
      { name: 'bodyWeight', quality: 'good', origin: 'live', readAtNs: 400_000_000n },
    ]);
    expect(sink.qualities).toEqual([['artifact'], []]);
  });

  it('repeats a value that stands, once a second', () => {
    expect(weigh(...Array.from({ length: 25 }, () => STABLE)).told()).toEqual([
      [55.6],
      [55.6],
      [55.6],
    ]);
  });

  it('is a new one when somebody steps on again', () => {
    expect(weigh(STABLE, STABLE, MOVING, ZERO, MOVING, STABLE, STABLE).told()).toEqual([
      [55.6],
      [55.6],
    ]);
  });

  it('has no value on the empty scale, however it says so', () => {
    expect(weigh(ZERO, '0403ff0000', UNDER_ZERO, '0303ff0000').told()).toEqual([]);
  });

  it('gives pounds in kilograms', () => {
    expect(weigh('040cff3c06', '040cff3c06').told()).toEqual([[72.393342]]);
  });

  it('has no value in a unit that it does not know', () => {
    expect(weigh('0463ff2c02', '0463ff2c02').told()).toEqual([[null, 'notAvailable']]);
  });

  it.each(CAUSES)('%s: says %s until it is over', (report, causes) => {
    expect(weigh(report, report, ZERO).sink.qualities).toEqual([causes, []]);
  });

  it('tells once that there will be no value, and why', () => {
    expect(weigh(OVER_LIMIT, OVER_LIMIT, ZERO, OVER_LIMIT).told()).toEqual([
      [null, 'aboveDeviceRange'],
      [null, 'aboveDeviceRange'],
    ]);
    expect(weigh('0103000000', '0103000000').told()).toEqual([[null, 'deviceError']]);
  });

  it('counts what it cannot read and goes on', () => {
    const { sink, told } = weigh('04', STABLE, '0000000000', STABLE);
    expect([sink.badFrames(), told()]).toEqual([2, [[55.6]]]);
  });

  it('does not believe one report alone that another contradicts', () => {
    expect(weigh(ZERO, '0403ffd40a', ZERO, MOVING).told()).toEqual([]);
    expect(weigh(STABLE, STABLE, '0403ffd40a', STABLE).told()).toEqual([[55.6]]);
  });

  it('believes a scale that tells changes only, with the time of its report', () => {
    const { sink, time, told } = weigh(MOVING, STABLE);
    expect(told()).toEqual([]);
    time.pass(1_000);
    expect(told()).toEqual([[55.6]]);
    expect(sink.measurements[0]?.readAtNs).toBe(100_000_000n);
  });

  it('leaves nothing waiting when it ends', () => {
    const { time, weighing, told } = weigh(MOVING, STABLE);
    expect(time.pending()).toBe(1);
    weighing.flush();
    expect(time.pending()).toBe(0);
    time.pass(1_000);
    expect(told()).toEqual([]);
  });

  it('begins anew after a reset', () => {
    const { sink, weighing } = weigh(MOVING);
    weighing.reset();
    weighing.push(fromHex(MOVING), 0n);
    expect(sink.qualities).toEqual([['artifact'], ['artifact']]);
  });
});

describe('a trace', () => {
  it('says what the scale shows', () => {
    expect(readScaleTrace('in', fromHex(STABLE))).toEqual(['stable 55.6 kg']);
    expect(readScaleTrace('in', fromHex('0463ff2c02'))).toEqual(['stable 55.6 of an unknown unit']);
    expect(readScaleTrace('in', fromHex('04'))).toEqual(['no scale data report']);
    expect(readScaleTrace('out', fromHex(STABLE))).toEqual([]);
  });
});
