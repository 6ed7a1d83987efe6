import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBandwidth } from './bandwidth.ts';

/** Time that stands still; a timer runs when it is reached. */
function fakeTime() {
  let elapsed = 0;
  let wall = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const move = (to: number): void => {
    wall += to - elapsed;
    elapsed = to;
  };
  return {
    clock: {
      now: () => wall,
      after: (ms: number, run: () => void) => {
        const timer = { at: elapsed + ms, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((one) => one !== timer);
        };
      },
    },
    set: (ms: number) => {
      wall += ms;
    },
    elapsed: () => elapsed,
    waiting: () => timers.length,
    pass: async (ms: number) => {
      const end = elapsed + ms;
      for (;;) {
        await Promise.resolve();
        const [next] = timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (next === undefined) {
          break;
        }
        timers = timers.filter((one) => one !== next);
        move(next.at);
        next.run();
      }
      move(end);
      await Promise.resolve();
    },
  };
}

const NEVER = new AbortController().signal;

describe('the bandwidth', () => {
  it('without a cap keeps nobody waiting', async () => {
    const { clock, waiting } = fakeTime();
    const { maysend } = createBandwidth(clock);
    await maysend(10 ** 9, 0, NEVER);
    expect(waiting()).toBe(0);
  });

  it('never lets more pass than the cap, a burst and a piece', async () => {
    const Pieces = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(Pieces, fc.integer({ min: 100, max: 10_000 }), async (pieces, cap) => {
        const time = fakeTime();
        const { maysend, setCap } = createBandwidth(time.clock);
        setCap(cap);
        let sent = 0;
        const passed: { readonly before: number; readonly at: number }[] = [];
        const all = pieces.map((bytes) =>
          maysend(bytes, 0, NEVER).then(() => {
            passed.push({ before: sent, at: time.elapsed() });
            sent += bytes;
          }),
        );
        const total = pieces.reduce((sum, bytes) => sum + bytes, 0);
        const seconds = total / cap + pieces.length / 1000;
        await time.pass(Math.ceil(1000 * seconds) + 1);
        await Promise.all(all);
        for (const { before, at } of passed) {
          expect(before).toBeLessThanOrEqual((at / 1000) * cap + cap / 4);
        }
        expect(time.waiting()).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('lets the urgent pass first, and equals as they came', async () => {
    const time = fakeTime();
    const { maysend, setCap } = createBandwidth(time.clock);
    setCap(1000);
    const order: string[] = [];
    const stand = (name: string, priority: number) =>
      void maysend(1000, priority, NEVER).then(() => order.push(name));
    stand('video 1', 70);
    stand('video 2', 70);
    stand('report 1', 0);
    stand('image', 40);
    stand('report 2', 0);
    await time.pass(10_000);
    expect(order).toEqual(['report 1', 'report 2', 'image', 'video 1', 'video 2']);
  });

  it('lets all go when the cap is lifted', async () => {
    const time = fakeTime();
    const { maysend, setCap } = createBandwidth(time.clock);
    setCap(1);
    const waiting = Promise.all([maysend(9999, 0, NEVER), maysend(9999, 0, NEVER)]);
    setCap(null);
    await waiting;
    expect(time.waiting()).toBe(0);
  });

  it('lets who is ended go, and does not count them', async () => {
    const time = fakeTime();
    const { maysend, setCap } = createBandwidth(time.clock);
    setCap(1000);
    const ending = new AbortController();
    let left = 0;
    const first = maysend(100_000, 0, ending.signal);
    void maysend(1000, 1, NEVER).then(() => left++);
    ending.abort();
    await first;
    await time.pass(2);
    expect(left).toBe(1);
    await maysend(1, 0, ending.signal);
  });

  it('waits for no clock that was set', async () => {
    const time = fakeTime();
    const { maysend, setCap } = createBandwidth(time.clock);
    setCap(1000);
    let left = 0;
    for (let piece = 0; piece < 5; piece++) {
      void maysend(1000, 0, NEVER).then(() => left++);
    }
    await time.pass(1500);
    time.set(-365 * 24 * 3600 * 1000);
    await time.pass(5000);
    expect(left).toBe(5);
    time.set(365 * 24 * 3600 * 1000);
    for (let piece = 0; piece < 5; piece++) {
      void maysend(1000, 0, NEVER).then(() => left++);
    }
    await time.pass(1000);
    expect(left).toBeLessThan(8);
  });
});
