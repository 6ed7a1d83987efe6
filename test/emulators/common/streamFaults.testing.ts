import { expect, it } from 'vitest';
import type { EmulatedInstrument, EmulatorDefinition } from '../definition.ts';
import { STREAM_FAULTS } from './faults.ts';
import { bitsDiffering, type Collected, collect, speakingTimes, withFaults } from './testing.ts';

type StreamCase = {
  readonly definition: EmulatorDefinition;
  readonly variant?: string;
  readonly framesPerSecond: number;
  /** Brings a device that waits for a command to speak. */
  readonly start?: (device: EmulatedInstrument) => void;
  /** Splits a clean stream into its frames. */
  readonly framesOf: (bytes: Uint8Array) => readonly Uint8Array[];
};

const SECONDS = 12;

/** One test for each fault of `STREAM_FAULTS`: that it does to this device what its meaning says. */
export function describeStreamFaults(given: StreamCase): void {
  const { definition, framesOf, framesPerSecond } = given;
  const options = given.variant === undefined ? {} : { variant: given.variant };
  const make = (...switches: string[]) => {
    const device = withFaults(definition, switches, options);
    given.start?.(device);
    return device;
  };
  let kept: Collected | undefined;
  const clean = (): Collected => {
    kept ??= collect(make(), SECONDS, 1);
    return kept;
  };
  const run = (fault: string) => {
    const device = make(fault);
    return { ...collect(device, SECONDS, 1), device };
  };

  it('shares the meanings of the common faults', () => {
    expect(definition.faults).toMatchObject(STREAM_FAULTS);
  });

  it('split-writes: the same bytes in two to four pieces a frame', () => {
    const { bytes, writes, frames, device } = run('split-writes:1');
    expect(clean().bytes.subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect(writes.length).toBeGreaterThan(2 * frames);
    expect(writes.length).toBeLessThanOrEqual(4 * (frames + 1));
    expect(device.faultsInjected()).toBeGreaterThanOrEqual(frames);
  });

  it('garbage: every frame is still there, with other bytes before some', () => {
    const { bytes, writes, device } = run('garbage:5');
    const frames = clean().writes;
    const tails = writes.map((w, n) => w.subarray(w.length - (frames[n]?.length ?? 0)));
    expect(Buffer.concat(tails).equals(clean().bytes)).toBe(true);
    const dirty = writes.filter((w, n) => w.length > (frames[n]?.length ?? 0));
    expect(writes[0]?.length).toBeGreaterThan(frames[0]?.length ?? 0);
    expect(dirty).toHaveLength(device.faultsInjected());
    expect(bytes.length).toBeGreaterThan(clean().bytes.length);
  });

  it('bit-flip: exactly one bit in some frames', () => {
    const { writes, device } = run('bit-flip:5');
    const frames = clean().writes;
    const flips = writes.map((w, n) => bitsDiffering(w, frames[n] ?? w));
    expect(Math.max(...flips)).toBe(1);
    expect(flips.filter((count) => count === 1)).toHaveLength(device.faultsInjected());
  });

  it('drop-frame: those that come are whole, some are missing', () => {
    const { bytes, frames, device } = run('drop-frame:5');
    const dropped = device.faultsInjected();
    expect(dropped).toBeGreaterThan(0);
    expect(frames + dropped).toBe(clean().frames);
    const all = framesOf(clean().bytes).map((f) => Buffer.from(f).toString('hex'));
    let at = 0;
    for (const frame of framesOf(bytes)) {
      at = all.indexOf(Buffer.from(frame).toString('hex'), at) + 1;
      expect(at).toBeGreaterThan(0);
    }
  });

  it('stall: silence of the asked length, from 2 s on, every 6 s', () => {
    const times = speakingTimes(make('stall:1500'), SECONDS, 1);
    const period = 1000 / framesPerSecond;
    const gaps = times.slice(1).flatMap((t, i) => {
      const from = times[i] ?? 0;
      return t - from > 1000 ? [[from, t] as const] : [];
    });
    expect(gaps).toHaveLength(2);
    for (const [n, [from, to]] of gaps.entries()) {
      expect(Math.abs(from - (2000 + 6000 * n))).toBeLessThanOrEqual(period + 1);
      expect(Math.abs(to - (3500 + 6000 * n))).toBeLessThanOrEqual(period + 1);
    }
  });

  it('disconnect-mid-frame: ends inside a frame, once', () => {
    const device = make('disconnect-mid-frame:20');
    const cut = collect(device, SECONDS, 1);
    expect([cut.disconnected, cut.frames]).toEqual([true, 20]);
    const whole = clean().writes.slice(0, 20);
    const rest = cut.bytes.length - Buffer.concat(whole).length;
    expect(rest).toBeGreaterThan(0);
    expect(rest).toBeLessThan(clean().writes[20]?.length ?? 0);
    const after = device.advance(60_000);
    expect([after.disconnect, after.sent.length > 20]).toEqual([false, true]);
  });
}
