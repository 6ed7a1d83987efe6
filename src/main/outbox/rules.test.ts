import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_FAMILIES, type FaultCode, fault } from '../../contracts/faults.ts';
import {
  backOff,
  isTooMuch,
  LONGEST_WAIT_MS,
  MAX_ATTEMPTS,
  PATIENCE_MS,
  verdictOn,
} from './rules.ts';

const isCode = (code: string): code is FaultCode => Object.hasOwn(FAULT_FAMILIES, code);
const CODES = Object.keys(FAULT_FAMILIES).filter(isCode);

describe('a verdict', () => {
  it('never tries again what is permanent, unless this cart or the way is to blame', () => {
    const retried = CODES.filter(
      (code) => FAULT_FAMILIES[code] === 'permanent' && verdictOn(fault(code)) === 'again',
    );
    expect(retried).toEqual([]);
  });

  it('never hands what is ambiguous to a person at once', () => {
    const ended = CODES.filter(
      (code) => FAULT_FAMILIES[code] === 'ambiguous' && verdictOn(fault(code)) !== 'again',
    );
    expect(ended).toEqual([]);
  });

  it.each([
    ['OUTBOX_UNREACHABLE', 'destination'],
    ['OUTBOX_CREDENTIALS', 'destination'],
    ['OUTBOX_CAPTIVE_PORTAL', 'destination'],
    ['OUTBOX_THROTTLED', 'destination'],
    ['STORE_DISK_FULL', 'here'],
    ['STORE_READ_ONLY', 'here'],
    ['OUTBOX_SERVER_ERROR', 'again'],
    ['OUTBOX_LINK_LOST', 'again'],
    ['OUTBOX_REJECTED', 'refused'],
    ['OUTBOX_CONFLICT', 'refused'],
    ['SEALED_DAMAGED', 'quarantined'],
    ['INTERNAL', 'quarantined'],
  ] as const)('on %s is %s', (code, verdict) => {
    expect(verdictOn(fault(code))).toBe(verdict);
  });
});

describe('the wait before another attempt', () => {
  it('is spread over all of a ceiling that doubles, and never longer than an hour', () => {
    const Random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        Random,
        fc.nat(10 ** 9),
        (attempts, at, asked) => {
          const ceiling = Math.min(1_800_000, 1000 * 2 ** (attempts - 1));
          const wait = backOff(attempts, () => at, asked);
          expect(wait).toBe(Math.min(LONGEST_WAIT_MS, Math.max(asked, Math.round(at * ceiling))));
          expect(backOff(attempts, () => at)).toBeLessThanOrEqual(ceiling);
        },
      ),
    );
  });
});

describe('too many attempts', () => {
  it('of what an object itself is to blame for are 50', () => {
    expect(isTooMuch('OUTBOX_PROTOCOL', MAX_ATTEMPTS - 1, PATIENCE_MS)).toBe(false);
    expect(isTooMuch('OUTBOX_PROTOCOL', MAX_ATTEMPTS, 0)).toBe(true);
  });

  it.each(['OUTBOX_SERVER_ERROR', 'OUTBOX_LINK_LOST', 'OUTBOX_TIMEOUT'] as const)(
    'on a way that fails with %s need a long weekend as well',
    (code) => {
      expect(isTooMuch(code, 1000, PATIENCE_MS - 1)).toBe(false);
      expect(isTooMuch(code, MAX_ATTEMPTS - 1, PATIENCE_MS)).toBe(false);
      expect(isTooMuch(code, MAX_ATTEMPTS, PATIENCE_MS)).toBe(true);
    },
  );
});
