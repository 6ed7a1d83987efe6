import type { ClockEstimate, QualityCause } from '../../contracts/devices.ts';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleBatch, StreamSpec } from '../_sdk/adapter.ts';
import { createFrozenWatch, type FrozenWatch } from './frozen.ts';

/** A cause stays visible for so long after its last sign: a person must be able to read it. */
const SATURATED_FOR_MS = 1_000;
const LOST_FOR_MS = 5_000;
const OUT_OF_RANGE_FOR_MS = 10_000;
/** A crystal is within 100 ppm; beyond ten times that the clock cannot be trusted. */
const UNSTABLE_PPM = 1_000;
const UNSTABLE_AFTER_S = 30;

/** Why one device's signals and values should be doubted, now. Times are host monotonic ms. */
export type QualityWatch = {
  observe(batch: SampleBatch, nowMs: number): void;
  /** A value beyond what a living person has, by its name. */
  outOfRange(name: string, nowMs: number): void;
  setSilent(silent: boolean): void;
  /** What the device itself doubts; replaces what it said before. */
  setTold(causes: readonly QualityCause[]): void;
  causes(nowMs: number, clock: ClockEstimate | null): QualityCause[];
  /** A new start: nothing of the former signal holds any more. */
  reset(streams: readonly StreamSpec[]): void;
};

type StreamWatch = {
  /** What was measured long ago says nothing of how the device is now. */
  readonly isStored: boolean;
  readonly names: readonly string[];
  readonly frozen: FrozenWatch;
  leadsOff: string[];
};

export function createQualityWatch(): QualityWatch {
  const saturatedAt = new Map<string, number>();
  const outOfRangeAt = new Map<string, number>();
  let watches: readonly StreamWatch[] = [];
  let told: readonly QualityCause[] = [];
  let testSignal = false;
  let silent = false;
  let lostAt = Number.NEGATIVE_INFINITY;
  let lost = 0;

  function observe(batch: SampleBatch, nowMs: number): void {
    const watch = watches[batch.stream];
    if (watch === undefined || watch.isStored) {
      return;
    }
    silent = false;
    testSignal = batch.testSignal;
    watch.leadsOff = [];
    watch.names.forEach((name, channel) => {
      const flags = batch.channelFlags[channel] ?? 0;
      if (flags & CHANNEL_FLAG.leadOff) {
        watch.leadsOff.push(name);
      }
      if (flags & CHANNEL_FLAG.saturated) {
        saturatedAt.set(name, nowMs);
      }
    });
    watch.frozen.observe(batch);
    if (batch.missingBefore > 0) {
      lost = (nowMs - lostAt < LOST_FOR_MS ? lost : 0) + batch.missingBefore;
      lostAt = nowMs;
    }
  }

  function signalCauses(nowMs: number): QualityCause[] {
    const off = watches.flatMap((watch) => watch.leadsOff);
    const causes: QualityCause[] = off.map((lead) => ({ cause: 'leadOff', lead }));
    for (const [lead, at] of saturatedAt) {
      if (nowMs - at < SATURATED_FOR_MS && !off.includes(lead)) {
        causes.push({ cause: 'saturated', lead });
      }
    }
    for (const lead of watches.flatMap((watch) => watch.frozen.names())) {
      // At the rail, or on an open input, standing still has a better name already.
      if (!causes.some((cause) => cause.lead === lead)) {
        causes.push({ cause: 'frozen', lead });
      }
    }
    return causes;
  }

  return {
    observe,
    outOfRange: (name, nowMs) => void outOfRangeAt.set(name, nowMs),
    setSilent: (value) => {
      silent = value;
    },
    setTold: (causes) => {
      told = causes;
    },
    causes: (nowMs, clock) => {
      const causes = [...signalCauses(nowMs), ...told];
      for (const [lead, at] of outOfRangeAt) {
        if (nowMs - at < OUT_OF_RANGE_FOR_MS) {
          causes.push({ cause: 'outOfRange', lead });
        }
      }
      if (nowMs - lostAt < LOST_FOR_MS) {
        causes.push({ cause: 'samplesLost', count: lost });
      }
      if (silent) {
        causes.push({ cause: 'silent' });
      }
      if (testSignal) {
        causes.push({ cause: 'testSignal' });
      }
      if (clock !== null && isUnstable(clock)) {
        causes.push({ cause: 'clockUnstable' });
      }
      return causes;
    },
    reset: (streams) => {
      saturatedAt.clear();
      outOfRangeAt.clear();
      told = [];
      watches = streams.map((spec) => ({
        isStored: spec.storedOnly === true,
        names: spec.channels.map((channel) => channel.name),
        frozen: createFrozenWatch(spec),
        leadsOff: [],
      }));
      testSignal = false;
      silent = false;
    },
  };
}

function isUnstable(clock: ClockEstimate): boolean {
  return (
    clock.observedSeconds >= UNSTABLE_AFTER_S &&
    Math.abs(clock.driftPpm) - clock.confidencePpm > UNSTABLE_PPM
  );
}
