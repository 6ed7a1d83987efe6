import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClockOffset } from './clockOffset.ts';

describe('the clock offset', () => {
  it('is unknown before the first comparison', () => {
    const clock = createClockOffset();
    expect([clock.hostTimeOf(1), clock.uncertaintyMs(), clock.roundTripMs()]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('believes the shortest round trip', () => {
    const clock = createClockOffset();
    clock.add({ sentAtMs: 0, receivedAtMs: 100, hostTimeMs: 1090 });
    clock.add({ sentAtMs: 200, receivedAtMs: 202, hostTimeMs: 1201 });
    clock.add({ sentAtMs: 300, receivedAtMs: 350, hostTimeMs: 1345 });
    expect(clock.hostTimeOf(500)).toBe(1500);
    expect(clock.uncertaintyMs()).toBe(1);
    expect(clock.roundTripMs()).toBe(50);
  });

  it('errs by no more than it says, whatever each way takes', () => {
    const delays = fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 500, noNaN: true }),
        fc.double({ min: 0, max: 500, noNaN: true }),
      ),
      { minLength: 1, maxLength: 100 },
    );
    fc.assert(
      fc.property(delays, fc.double({ min: -1e9, max: 1e9, noNaN: true }), (ways, offset) => {
        const clock = createClockOffset();
        ways.forEach(([there, back], index) => {
          const sentAtMs = index * 2000;
          const hostTimeMs = sentAtMs + there + offset;
          clock.add({ sentAtMs, receivedAtMs: sentAtMs + there + back, hostTimeMs });
        });
        const error = Math.abs((clock.hostTimeOf(1000) ?? Number.NaN) - 1000 - offset);
        expect(error).toBeLessThanOrEqual((clock.uncertaintyMs() ?? -1) + 1e-6);
      }),
    );
  });

  it('forgets comparisons that drift has made wrong', () => {
    const clock = createClockOffset();
    clock.add({ sentAtMs: 0, receivedAtMs: 1, hostTimeMs: 1000 });
    clock.add({ sentAtMs: 70_000, receivedAtMs: 70_010, hostTimeMs: 71_010 });
    expect(clock.uncertaintyMs()).toBe(5);
  });

  it('keeps its estimate until another host has answered once', () => {
    const clock = createClockOffset();
    clock.add({ sentAtMs: 0, receivedAtMs: 2, hostTimeMs: 1001 });
    clock.renew();
    expect(clock.hostTimeOf(0)).toBe(1000);
    clock.add({ sentAtMs: 10, receivedAtMs: 30, hostTimeMs: 5020 });
    expect(clock.hostTimeOf(0)).toBe(5000);
  });
});
