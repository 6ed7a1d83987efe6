import { describe, expect, it } from 'vitest';
import { describeReplyFaults } from '../common/replyFaults.testing.ts';
import { ask, hexOf, withFaults } from '../common/testing.ts';
import { bm58 } from './definition.ts';
import { STORED_PRESSURES } from './memory.ts';

// label: generated from the public description (138/82 mmHg, pulse 71, 2026-11-22 08:30).
const VECTOR = 'ac 71 39 47 0b 16 08 1e 1a';

const record = (index: number, ...faults: string[]): string =>
  hexOf(ask(withFaults(bm58, faults), `a3 0${index}`));

describe('Beurer bm58', () => {
  it('is silent until it is woken, and then answers every question', () => {
    const device = withFaults(bm58);
    expect(device.nextDueMs()).toBe(Infinity);
    expect(hexOf(ask(device, 'aa', 0))).toBe('55');
    const id = ask(device, 'a4', 1000).toString('latin1');
    expect(id).toHaveLength(32);
    expect(id).toMatch(/^BEURER bm58/);
    expect(hexOf(ask(device, 'a2', 2000))).toBe('04');
  });

  it('sends a reading as described, and A9 where there is none', () => {
    expect(record(1)).toBe(VECTOR);
    expect(record(4)).toBe('ac 45 21 34 0a 1f 17 00 1a');
    expect([record(0), record(5)]).toEqual(['a9', 'a9']);
  });

  it('takes a command in two writes, and skips bytes that begin none', () => {
    const device = withFaults(bm58);
    expect(ask(device, '00 ff a3', 0)).toHaveLength(0);
    expect(hexOf(ask(device, '01', 1000))).toBe(VECTOR);
  });
});

describe('Beurer bm58 faults', () => {
  describeReplyFaults(bm58, 'a3 01');

  it('no-record: count 0 and A9', () => {
    const device = withFaults(bm58, ['no-record']);
    expect(hexOf(ask(device, 'a2', 0))).toBe('00');
    expect(hexOf(ask(device, 'a3 01', 1000))).toBe('a9');
  });

  it('count-lies: more than there are, and A9 for those', () => {
    const device = withFaults(bm58, ['count-lies:2']);
    expect(ask(device, 'a2', 0)[0]).toBe(STORED_PRESSURES.length + 2);
    expect(hexOf(ask(device, 'a3 04', 1000)).slice(0, 2)).toBe('ac');
    expect(hexOf(ask(device, 'a3 05', 2000))).toBe('a9');
  });

  it('wrong-byte: every second record begins with something else', () => {
    const firsts = [1, 2, 3, 4].map((index) => record(index, 'wrong-byte:2').slice(0, 2));
    expect(firsts).toEqual(['ac', 'ae', 'ac', 'ae']);
    expect(record(2, 'wrong-byte:2').slice(2)).toBe(record(2).slice(2));
  });
});
