import type { ClockEstimate, QualityCause } from '../../contracts/devices.ts';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleBatch } from '../_sdk/adapter.ts';

/** A cause stays visible for so long after its last sign: a person must be able to read it. */
const SATURATED_FOR_MS = 1_000;
const LOST_FOR_MS = 5_000;
/** A crystal is within 100 ppm; beyond ten times that the clock cannot be trusted. */
const UNSTABLE_PPM = 1_000;
const UNSTABLE_AFTER_S = 30;

/** Why the signal of one session should be doubted, now. Times are host monotonic ms. */
export type QualityWatch = {
  observe(batch: SampleBatch, nowMs: number): void;
  setSilent(silent: boolean): void;
  causes(nowMs: number, clock: ClockEstimate | null): QualityCause[];
  reset(): void;
};

export function createQualityWatch(channelNames: readonly string[]): QualityWatch {
  const saturatedAt = new Map<string, number>();
  let leadsOff: string[] = [];
  let testSignal = false;
  let silent = false;
  let lostAt = Number.NEGATIVE_INFINITY;
  let lost = 0;

  function observe(batch: SampleBatch, nowMs: number): void {
    silent = false;
    testSignal = batch.testSignal;
    leadsOff = [];
    channelNames.forEach((name, channel) => {
      const flags = batch.channelFlags[channel] ?? 0;
      if (flags & CHANNEL_FLAG.leadOff) {
        leadsOff.push(name);
      }
      if (flags & CHANNEL_FLAG.saturated) {
        saturatedAt.set(name, nowMs);
      }
    });
    if (batch.missingBefore > 0) {
      lost = (nowMs - lostAt < LOST_FOR_MS ? lost : 0) + batch.missingBefore;
      lostAt = nowMs;
    }
  }

  return {
    observe,
    setSilent: (value) => {
      silent = value;
    },
    causes: (nowMs, clock) => {
      const causes: QualityCause[] = leadsOff.map((lead) => ({ cause: 'leadOff', lead }));
      for (const [lead, at] of saturatedAt) {
        if (nowMs - at < SATURATED_FOR_MS && !leadsOff.includes(lead)) {
          causes.push({ cause: 'saturated', lead });
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
    reset: () => {
      saturatedAt.clear();
      leadsOff = [];
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
