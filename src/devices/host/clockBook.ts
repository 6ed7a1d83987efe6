import type { DeviceClock } from '../../contracts/devices.ts';

/** What is known of the clock that a device keeps by itself. */
export type ClockBook = {
  /** The newest comparison; `set`: the device was set to the host's time. */
  compare(offsetMs: number, set: boolean): void;
  current(): DeviceClock | null;
  /**
   * Host minus device clock for a time that the device told, ms. A reading from before the clock was
   * set is corrected by what the clock was off then, not by what it is off now. null: not known.
   *
   * @param deviceTime the device's local time, or null where it told none.
   */
  offsetFor(deviceTime: string | null): number | null;
};

/** @param nowMs wall clock, ms since 1970. */
export function createClockBook(nowMs: () => number): ClockBook {
  let current: DeviceClock | null = null;
  let former: { readonly offsetMs: number | null; readonly setAtMs: number } | null = null;
  return {
    compare: (offsetMs, set) => {
      if (set) {
        former = { offsetMs: current?.offsetMs ?? null, setAtMs: nowMs() };
      }
      current = { offsetMs, set: set || (current?.set ?? false) };
    },
    current: () => current,
    offsetFor: (deviceTime) => {
      const told = deviceTime === null ? Number.NaN : new Date(deviceTime).getTime();
      if (former === null || Number.isNaN(told)) {
        return current?.offsetMs ?? null;
      }
      // A clock that was set tells no later time than now: one that does was ahead before.
      const isFormer = told < former.setAtMs || told > nowMs();
      return isFormer ? former.offsetMs : (current?.offsetMs ?? null);
    },
  };
}
