import { describe, expect, it } from 'vitest';
import { createPending, oneIn } from './pending.ts';

const byte = (value: number): Uint8Array => Uint8Array.of(value);

describe('pending writes', () => {
  it('keep their order even when a later one is due earlier', () => {
    const pending = createPending();
    pending.push(byte(1), 100);
    pending.push(byte(2), 50);
    expect(pending.nextDueMs()).toBe(100);
    expect(pending.release(99).writes).toEqual([]);
    expect(pending.release(100).writes).toEqual([byte(1), byte(2)]);
    expect(pending.nextDueMs()).toBe(Infinity);
  });

  it('end at a disconnection', () => {
    const pending = createPending();
    pending.push(byte(1), 0);
    pending.pushDisconnect(0);
    pending.push(byte(2), 0);
    expect(pending.release(0)).toEqual({ writes: [byte(1)], disconnect: true });
    expect(pending.nextDueMs()).toBe(Infinity);
  });
});

describe('one in', () => {
  it('strikes each nth time, and never when off', () => {
    const third = oneIn(3);
    expect([1, 2, 3, 4, 5, 6].map(() => third())).toEqual([false, false, true, false, false, true]);
    const off = oneIn(undefined);
    expect([1, 2, 3].map(() => off())).toEqual([false, false, false]);
  });
});
