import { expect, it } from 'vitest';
import type { EmulatedInstrument, EmulatorDefinition } from '../definition.ts';
import { REPLY_FAULTS } from './faults.ts';
import { bitsDiffering, collect, withFaults } from './testing.ts';

/** For tests: twelve questions, a second apart, and what was answered to each. */
function interview(device: EmulatedInstrument, question: Uint8Array) {
  return Array.from({ length: 12 }, (_, n) => {
    device.receive(question, n * 1000);
    return collect(device, 0.95, 1, n * 1000);
  });
}

/**
 * One test for each fault of `REPLY_FAULTS`: that it does to this device what its meaning says. The
 * question must always get the same answer of one frame of several bytes.
 */
export function describeReplyFaults(definition: EmulatorDefinition, questionHex: string): void {
  const question = Buffer.from(questionHex.replaceAll(' ', ''), 'hex');
  const whole = interview(withFaults(definition), question)[0]?.bytes ?? Buffer.alloc(0);
  const run = (fault: string) => {
    const device = withFaults(definition, [fault]);
    return { answers: interview(device, question), device };
  };

  it('shares the meanings of the common faults', () => {
    expect(definition.faults).toMatchObject(REPLY_FAULTS);
    expect(whole.length).toBeGreaterThan(2);
  });

  it('split-writes: each answer whole, in two to four writes', () => {
    for (const { bytes, writes } of run('split-writes:5').answers) {
      expect(bytes).toEqual(whole);
      expect(writes.length).toBeGreaterThanOrEqual(2);
      expect(writes.length).toBeLessThanOrEqual(4);
    }
  });

  it('garbage: each answer whole at the end, the first and some others with bytes before', () => {
    const { answers, device } = run('garbage:3');
    for (const { bytes } of answers) {
      expect(bytes.subarray(bytes.length - whole.length)).toEqual(whole);
    }
    const dirty = answers.filter(({ bytes }) => bytes.length > whole.length);
    expect(dirty).toHaveLength(device.faultsInjected());
    expect(dirty).toContain(answers[0]);
    expect(dirty.length).toBeLessThan(answers.length);
  });

  it('bit-flip: one bit in some answers', () => {
    const { answers, device } = run('bit-flip:3');
    const flips = answers.map(({ bytes }) => bitsDiffering(bytes, whole));
    expect(Math.max(...flips)).toBe(1);
    expect(flips.filter((count) => count === 1)).toHaveLength(device.faultsInjected());
  });

  it('drop-frame: some answers do not come', () => {
    const { answers, device } = run('drop-frame:3');
    const missing = answers.filter(({ bytes }) => bytes.length === 0);
    expect(missing).toHaveLength(device.faultsInjected());
    expect(missing.length).toBeGreaterThan(0);
    expect(answers.every(({ bytes }) => bytes.length === 0 || bytes.equals(whole))).toBe(true);
  });

  it('disconnect-mid-frame: the third answer is cut, and the link with it', () => {
    const { answers } = run('disconnect-mid-frame:2');
    expect(answers.map(({ disconnected }) => disconnected).indexOf(true)).toBe(2);
    expect(answers.filter(({ disconnected }) => disconnected)).toHaveLength(1);
    const cut = answers[2]?.bytes ?? whole;
    expect(cut.length).toBeGreaterThan(0);
    expect(cut.length).toBeLessThan(whole.length);
    expect(whole.subarray(0, cut.length)).toEqual(cut);
  });

  it('late-reply: not before its time', () => {
    const device = withFaults(definition, ['late-reply:700']);
    device.receive(question, 1000);
    expect(device.nextDueMs()).toBe(1700);
    expect(device.advance(1699).writes).toEqual([]);
    expect(Buffer.concat(device.advance(1700).writes)).toEqual(whole);
  });

  it('silent: nothing, whatever one asks', () => {
    const { answers, device } = run('silent');
    expect(Buffer.concat(answers.map(({ bytes }) => bytes))).toHaveLength(0);
    expect(device.faultsInjected()).toBe(12);
  });
}
