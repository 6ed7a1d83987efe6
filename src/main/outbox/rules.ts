import { FAULT_FAMILIES, type Fault, type FaultCode } from '../../contracts/faults.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A claim whose attempt shows no life for so long is given to another attempt. */
export const LEASE_MS = 2 * MINUTE;
/** Own failures of a delivery after which a person must look. */
export const MAX_ATTEMPTS = 50;
/** A server that fails from Friday to Monday calls for nobody who has to look at each object. */
export const PATIENCE_MS = 4 * 24 * HOUR;

/** Before what this cart could not do is tried again: a full disk is not emptied in a second. */
export const HERE_DELAY_MS = 10 * SECOND;
export const FIRST_DELAY_MS = SECOND;
export const LONGEST_DELAY_MS = 30 * MINUTE;
/** Nothing waits for longer, whoever asked for it: a time beyond was told by a clock that was wrong. */
export const LONGEST_WAIT_MS = HOUR;

/**
 * What a fault means for the delivery that met it.
 * - destination: nothing can pass there now; the destination waits, the delivery is not to blame;
 * - here: this cart could not; tried again, the delivery is not to blame;
 * - again: tried again later, and counted;
 * - refused: no for good; a person must resolve it;
 * - quarantined: trying again may not cure it; a person must look.
 */
export type Verdict = 'destination' | 'here' | 'again' | 'refused' | 'quarantined';

const OF_THE_DESTINATION: ReadonlySet<FaultCode> = new Set([
  'OUTBOX_UNREACHABLE',
  'OUTBOX_CREDENTIALS',
  'OUTBOX_CERTIFICATE',
  'OUTBOX_CLOCK',
  'OUTBOX_CAPTIVE_PORTAL',
  'OUTBOX_THROTTLED',
  'HUB_UNAVAILABLE',
]);

const OF_THIS_CART: ReadonlySet<FaultCode> = new Set([
  'STORE_BUSY',
  'STORE_DISK_FULL',
  'STORE_READ_ONLY',
  'STORE_IO',
  'STORE_UNAVAILABLE',
  'CAPTURE_DISK_FULL',
  'CAPTURE_WRITE_FAILED',
]);

const FOR_A_PERSON: ReadonlySet<FaultCode> = new Set([
  'INTERNAL',
  'OUTBOX_PAYLOAD_CHANGED',
  'SEALED_DAMAGED',
  'SEALED_NO_KEY',
]);

/** Faults that a broken link makes: over as soon as the destination is reached again. */
export const LINK_FAULTS = ['OUTBOX_LINK_LOST', 'OUTBOX_TIMEOUT'] as const satisfies FaultCode[];

export function isLinkFault(code: FaultCode): boolean {
  return LINK_FAULTS.some((one) => one === code);
}

export function verdictOn({ code }: Fault): Verdict {
  if (OF_THE_DESTINATION.has(code)) {
    return 'destination';
  }
  if (OF_THIS_CART.has(code)) {
    return 'here';
  }
  if (FOR_A_PERSON.has(code)) {
    return 'quarantined';
  }
  return FAULT_FAMILIES[code] === 'permanent' ? 'refused' : 'again';
}

/** Whether a delivery that failed so often is handed to a person. `waitedMs`: since it was queued. */
export function isTooMuch(code: FaultCode, attempts: number, waitedMs: number): boolean {
  const ofTheWay = code === 'OUTBOX_SERVER_ERROR' || isLinkFault(code);
  return attempts >= MAX_ATTEMPTS && (!ofTheWay || waitedMs >= PATIENCE_MS);
}

/**
 * Exponential with full jitter, so that carts that lost the same server do not return in step.
 * @param attempts failures so far, the present one included. @returns ms, not less than was asked for.
 */
export function backOff(attempts: number, random: () => number, retryAfterMs = 0): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, attempts - 1));
  return Math.min(LONGEST_WAIT_MS, Math.max(retryAfterMs, Math.round(random() * ceiling)));
}
