import { describe, expect, it } from 'vitest';
import type { CaptureTrigger } from '../../../contracts/captures.ts';
import { createTrigger, triggerOf } from './trigger.ts';

function rig() {
  const fired: CaptureTrigger[] = [];
  const pull = createTrigger((source) => fired.push(source));
  const at = (atMs: number, source: CaptureTrigger): void => pull(source, atMs);
  return { fired, at };
}

describe('trigger', () => {
  it('makes one picture of a pedal that also types, and of a bouncing contact', () => {
    const { fired, at } = rig();
    at(1_000, 'pedal');
    at(1_004, 'key');
    at(1_060, 'key');
    at(1_200, 'key');
    expect(fired).toEqual(['pedal']);
  });

  it('is ready again when it was quiet for the hold', () => {
    const { fired, at } = rig();
    at(1_000, 'button');
    at(1_249, 'button');
    at(1_498, 'button');
    at(1_748, 'screen');
    expect(fired).toEqual(['button', 'screen']);
  });
});

describe('device events', () => {
  const statuses = [
    { deviceId: 'cam', kind: 'camera' },
    { deviceId: 'foot', kind: 'pedal' },
    { deviceId: 'ecg', kind: 'ecg' },
  ] as const;

  it('asks for a picture when a camera or a pedal is pressed, and at nothing else', () => {
    expect(triggerOf({ code: 'buttonPressed', deviceId: 'cam' }, statuses)).toBe('button');
    expect(triggerOf({ code: 'buttonPressed', deviceId: 'foot' }, statuses)).toBe('pedal');
    expect(triggerOf({ code: 'buttonReleased', deviceId: 'foot' }, statuses)).toBeNull();
    expect(triggerOf({ code: 'buttonPressed', deviceId: 'ecg' }, statuses)).toBeNull();
    expect(triggerOf({ code: 'buttonPressed', deviceId: 'unknown' }, statuses)).toBeNull();
  });
});
