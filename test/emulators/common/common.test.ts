import { describe, expect, it } from 'vitest';
import { createCirculation } from './circulation.ts';
import { createCommandReader } from './commandReader.ts';
import { parseFaultSwitches, REPLY_FAULTS, STREAM_FAULTS } from './faults.ts';
import { createOutbox } from './outbox.ts';
import { createTicker } from './ticker.ts';

describe('fault switches', () => {
  it('take the default, or the value that is given', () => {
    expect(parseFaultSwitches(STREAM_FAULTS, ['garbage', 'stall:200'])).toEqual({
      ok: true,
      plan: { garbage: STREAM_FAULTS.garbage.value, stall: 200 },
    });
  });

  it.each(['moon', 'garbage:', 'garbage:0', 'stall:-1', 'stall:long', 'toString'])(
    'refuse %s and say why',
    (text) => {
      const parsed = parseFaultSwitches(STREAM_FAULTS, [text]);
      expect(parsed).toMatchObject({ ok: false, message: expect.stringContaining('fault') });
    },
  );

  it('have no default that they would refuse', () => {
    for (const table of [STREAM_FAULTS, REPLY_FAULTS]) {
      expect(parseFaultSwitches(table, Object.keys(table)).ok).toBe(true);
    }
  });
});

describe('ticker', () => {
  it('gives late askers every tick at its own time, and counts from each start', () => {
    const ticker = createTicker(10);
    const ticks: number[][] = [];
    const take = (nowMs: number): void =>
      ticker.takeDue(nowMs, (t) => ticks.push([t.startCount, t.index, t.dueMs, t.sinceStartMs]));
    expect(ticker.nextMs()).toBe(Infinity);
    ticker.start(100);
    ticker.start(105);
    take(125);
    ticker.stop();
    take(1000);
    ticker.start(1000);
    take(1010);
    expect(ticks).toEqual([
      [1, 0, 110, 10],
      [1, 1, 120, 20],
      [2, 0, 1010, 10],
    ]);
  });
});

describe('command reader', () => {
  it('waits for the rest, skips what begins nothing', () => {
    const read = createCommandReader((first) => ({ 1: 1, 2: 3 })[first]);
    expect(read(Uint8Array.of(9, 1, 2, 1))).toEqual([Uint8Array.of(1)]);
    expect(read(Uint8Array.of(1, 1))).toEqual([Uint8Array.of(2, 1, 1), Uint8Array.of(1)]);
  });
});

describe('outbox', () => {
  const at = { frameIndex: 0, startCount: 1 };

  it('forgets frames that have not begun, but ends the one that has', () => {
    const outbox = createOutbox();
    outbox.pushFrame([Uint8Array.of(1), Uint8Array.of(2)], 0, 5, at);
    outbox.pushFrame([Uint8Array.of(3)], 20, 0, at);
    expect(outbox.release(0).writes).toEqual([Uint8Array.of(1)]);
    outbox.dropFrames();
    expect(outbox.release(100).writes).toEqual([Uint8Array.of(2)]);
    expect(outbox.nextDueMs()).toBe(Infinity);
  });

  it('lets text pass between frames only', () => {
    const outbox = createOutbox();
    outbox.pushFrame([Uint8Array.of(1), Uint8Array.of(2)], 0, 10, at);
    outbox.release(0);
    outbox.pushText(Uint8Array.of(9), 5);
    expect(outbox.release(5).writes).toEqual([]);
    expect(outbox.release(10).writes).toEqual([Uint8Array.of(2), Uint8Array.of(9)]);
  });
});

describe('circulation', () => {
  it('beats as often as its rate says, and stays within what is plausible', () => {
    const body = createCirculation({ heartRateBpm: 80 });
    expect(body.beats(600) / 10).toBeCloseTo(80, 0);
    for (let t = 0; t < 200; t += 0.37) {
      const rate = (body.beats(t + 0.01) - body.beats(t)) * 6000;
      expect(Math.abs(rate - body.vitals(t).heartRateBpm)).toBeLessThan(0.1);
      expect(body.pleth(t)).toBeGreaterThanOrEqual(0);
      expect(body.pleth(t)).toBeLessThanOrEqual(1);
      expect(Math.abs(body.respiration(t))).toBeLessThanOrEqual(1);
      expect(body.vitals(t).spo2Percent).toBeLessThanOrEqual(100);
    }
  });
});
