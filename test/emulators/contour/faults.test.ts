import { describe, expect, it } from 'vitest';
import { run } from '../usb/testing.ts';
import { createContour } from './emulator.ts';
import { CONTOUR_FAULTS } from './faults.ts';
import { ASCII, readAll, say } from './support.ts';

const faulty = (name: keyof typeof CONTOUR_FAULTS, value: number = CONTOUR_FAULTS[name].value) =>
  createContour({ faults: { [name]: value } });

const clean = readAll(createContour({})).map((frame) => frame.text);

describe('faults of the Contour', () => {
  it('bad-checksum: each third frame, right when sent again', () => {
    const device = faulty('bad-checksum');
    const frames = readAll(device);
    const bad = frames.map((frame, i) => (frame.isGood ? -1 : i)).filter((i) => i >= 0);
    expect(bad).toEqual([2, 6, 10]);
    expect(frames.filter((frame) => frame.isGood).map((frame) => frame.text)).toEqual(clean);
    expect(device.faultsInjected()).toBe(3);
  });

  it('always-bad-checksum: the third frame never comes right, and the meter gives up', () => {
    const frames = readAll(faulty('always-bad-checksum'));
    expect(frames.map((frame) => frame.isGood)).toEqual([
      true,
      true,
      ...Array.from({ length: 6 }, () => false),
    ]);
  });

  it('nak-storm: NAK to whatever is written, so many times', () => {
    const device = faulty('nak-storm', 3);
    const answers = [ASCII.ack, ASCII.enq, ASCII.nak, ASCII.ack].map(
      (byte) => say(device, byte)[0],
    );
    expect(answers).toEqual([ASCII.nak, ASCII.nak, ASCII.nak, ASCII.enq]);
  });

  it('silent: nothing after three frames, not even EOT', () => {
    const device = faulty('silent');
    expect(readAll(device)).toHaveLength(3);
    expect(run(device, 100_000)).toEqual([]);
  });

  it('wrong-sequence: each fourth frame has the number of the next, under a right checksum', () => {
    const frames = readAll(faulty('wrong-sequence'));
    expect(frames.map((frame) => frame.number)).toEqual([1, 2, 3, 5, 5, 6, 7, 1, 1, 2, 3]);
    expect(frames.every((frame) => frame.isGood)).toBe(true);
  });

  it('truncated-frame: each third frame lacks checksum and end, whole when sent again', () => {
    const frames = readAll(faulty('truncated-frame'));
    expect(frames.filter((frame) => !frame.isGood)).toHaveLength(3);
    expect(frames.filter((frame) => frame.isGood).map((frame) => frame.text)).toEqual(clean);
  });
});
