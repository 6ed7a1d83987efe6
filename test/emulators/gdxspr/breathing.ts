import { gaussianAt } from '../random.ts';

/**
 * Breathing as a spirometer sees it, expiration positive: a cycle of 20 s with two quiet breaths, a
 * deep inspiration, one forced expiration and another quiet breath. The forced flow rises linearly
 * to the peak within tr and decays exponentially: FVC = PEF * (tr / 2 + tau) = 4.4 L. In the cycle
 * every litre that goes in comes out, so that the volume does not drift.
 */
export const EFFORT = { pefLps: 8, riseS: 0.1, tauS: 0.5, fvcL: 4.4 } as const;
const CYCLE_S = 20;
const TIDAL_S = 4;
const TIDAL_L = 0.5;
const INSPIRATION_S = 2;
/** Where inspiration, forced expiration and the last quiet breath begin. */
export const PHASE = { inspirationS: 8, forcedS: 10, quietS: 16 } as const;

function quiet(t: number): { flow: number; volume: number } {
  const angle = (2 * Math.PI * t) / TIDAL_S;
  const volume = (-TIDAL_L * (1 - Math.cos(angle))) / 2;
  return { flow: ((-TIDAL_L * Math.PI) / TIDAL_S) * Math.sin(angle), volume };
}

function inspiration(t: number): { flow: number; volume: number } {
  const angle = (Math.PI * t) / INSPIRATION_S;
  const volume = (-EFFORT.fvcL * (1 - Math.cos(angle))) / 2;
  return { flow: ((-EFFORT.fvcL * Math.PI) / (2 * INSPIRATION_S)) * Math.sin(angle), volume };
}

function forced(t: number): { flow: number; volume: number } {
  const { pefLps, riseS, tauS, fvcL } = EFFORT;
  if (t < riseS) {
    const flow = (pefLps * t) / riseS;
    return { flow, volume: (flow * t) / 2 - fvcL };
  }
  const decay = Math.exp(-(t - riseS) / tauS);
  return { flow: pefLps * decay, volume: -pefLps * tauS * decay };
}

/** Flow in L/s and volume in L since the start, at `t` seconds. */
export function breathingAt(t: number): { flow: number; volume: number } {
  const phase = t % CYCLE_S;
  if (phase < PHASE.inspirationS) return quiet(phase);
  if (phase < PHASE.forcedS) return inspiration(phase - PHASE.inspirationS);
  if (phase < PHASE.quietS) return forced(phase - PHASE.forcedS);
  return quiet(phase - PHASE.quietS);
}

/** What the sensor makes of it: 2 mL/s of noise on the flow. */
export function measuredAt(seed: number, index: number, t: number) {
  const { flow, volume } = breathingAt(t);
  return { flow: flow + 0.002 * gaussianAt(seed, 1, index), volume };
}

/** Things that happen once in a while, between two moments (the later included). */
export function eventsBetween(fromS: number, toS: number) {
  const events: ({ readonly kind: 'breath' } | { readonly kind: 'peak'; readonly lps: number })[] =
    [];
  const marks = [TIDAL_S, 2 * TIDAL_S, PHASE.quietS, CYCLE_S];
  for (let cycle = Math.floor(fromS / CYCLE_S); cycle * CYCLE_S < toS; cycle += 1) {
    for (const mark of marks) {
      const at = cycle * CYCLE_S + mark;
      if (at <= fromS || at > toS) continue;
      if (mark === PHASE.quietS) events.push({ kind: 'peak', lps: EFFORT.pefLps });
      else events.push({ kind: 'breath' });
    }
  }
  return events;
}
