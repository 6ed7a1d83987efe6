import type { Fault, FaultCode } from '../../../contracts/faults.ts';
import { backOff, LONGEST_WAIT_MS } from '../rules.ts';

/**
 * What is known of the way to one destination.
 * - unknown: nothing was tried since the start;
 * - reachable: it answered;
 * - unreachable: it is looked for until it answers again;
 * - backingOff: it answers, but nothing may pass until `retryAt`.
 */
export type Circuit =
  | { readonly state: 'unknown' | 'reachable' }
  | { readonly state: 'unreachable'; readonly fault: Fault; readonly since: number }
  | {
      readonly state: 'backingOff';
      readonly fault: Fault;
      readonly retryAt: number;
      readonly failures: number;
    };

const SECOND = 1000;
/** Someone is at the portal's page, or will be. */
const PORTAL_MS = 5 * SECOND;
/** Failures that the ceiling of the first wait stands for: 16 s. */
const HEAD_START = 5;

const NO_WAY: ReadonlySet<FaultCode> = new Set(['OUTBOX_UNREACHABLE', 'HUB_UNAVAILABLE']);

/** @param retryAfterMs as the other side asked. */
export function broken(
  circuit: Circuit,
  fault: Fault,
  of: { readonly now: number; readonly random: () => number; readonly retryAfterMs: number },
): Circuit {
  if (NO_WAY.has(fault.code)) {
    const since = circuit.state === 'unreachable' ? circuit.since : of.now;
    return { state: 'unreachable', fault, since };
  }
  // Attempts that ran side by side fail together, and are one failure.
  if (circuit.state === 'backingOff' && isAhead(circuit.retryAt, of.now)) {
    return circuit;
  }
  const failures = circuit.state === 'backingOff' ? circuit.failures + 1 : 1;
  const wait =
    fault.code === 'OUTBOX_CAPTIVE_PORTAL'
      ? PORTAL_MS
      : Math.max(SECOND, backOff(failures + HEAD_START - 1, of.random, of.retryAfterMs));
  return { state: 'backingOff', fault, retryAt: of.now + wait, failures };
}

/** Whether anything may be claimed: true, or the time to ask again, or null until it is found. */
export function passable(circuit: Circuit, now: number): true | number | null {
  if (circuit.state === 'unreachable') {
    return null;
  }
  return circuit.state === 'backingOff' && isAhead(circuit.retryAt, now) ? circuit.retryAt : true;
}

/** Further ahead than anything waits is a time of a clock that was set back since. */
function isAhead(retryAt: number, now: number): boolean {
  return retryAt > now && retryAt <= now + LONGEST_WAIT_MS;
}
