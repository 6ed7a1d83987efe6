import { describe, expect, it } from 'vitest';
import { BLOCK_FLAG, CHANNEL_FLAG } from '../../src/contracts/sampleBlock.ts';
import { createEcgModel, DEFAULT_ECG_MODEL } from '../emulators/ecg/dynamicalModel.ts';
import { createMemoryRig, type MemoryRig, misplaced, placedSamples } from './deviceMemoryRig.ts';

const SECOND = 1000;

function codes(rig: MemoryRig): string[] {
  return rig.events.map((event) => event.code);
}

const samplesOf = (rig: MemoryRig): number =>
  rig.blocks.reduce((sum, block) => sum + block.samplesPerChannel, 0);

describe('Cyton adapter and session on the emulated board', () => {
  it('identifies, streams, stops: every sample in its place', async () => {
    const rig = createMemoryRig();
    await rig.advance(10 * SECOND);
    const status = () => rig.session.status();
    expect(status()).toMatchObject({ state: 'streaming', quality: [], reason: null });
    expect(status().identity).toMatchObject({ serialNumber: 'DQ007TXX', firmware: 'v3.1.2' });
    await rig.close();
    expect(samplesOf(rig)).toBe(rig.framesSent());
    expect(samplesOf(rig)).toBeGreaterThan(2300);
    expect(misplaced(placedSamples(rig))).toEqual([]);
    expect(rig.blocks.map((block) => block.seq)).toEqual(rig.blocks.map((_, index) => index));
    expect(rig.blocks.every((block) => block.samplesPerChannel <= 10)).toBe(true);
    expect(status().state).toBe('disconnected');
    expect(codes(rig)).toEqual(['connected', 'identified', 'started', 'stopped']);
  });

  it.each([1, 2, 7, 32, 33, 34, 50])('reads the same from chunks of %i bytes', async (chunk) => {
    const rig = createMemoryRig({}, { chunk });
    await rig.advance(3 * SECOND);
    await rig.close();
    expect(samplesOf(rig)).toBe(rig.framesSent());
    expect(misplaced(placedSamples(rig))).toEqual([]);
  });

  it('takes over a board that a dead host left streaming', async () => {
    const rig = createMemoryRig({}, { streamOnStart: true });
    await rig.advance(3 * SECOND);
    expect(rig.session.status().state).toBe('streaming');
    await rig.close();
    expect(misplaced(placedSamples(rig))).toEqual([]);
  });

  it.each([
    ['split-writes', { 'split-writes': 1 }],
    ['garbage', { garbage: 25 }],
    ['drop-frame', { 'drop-frame': 50 }],
    ['wrong-stop-byte', { 'wrong-stop-byte': 20 }],
    ['sync-in-payload', { 'sync-in-payload': 8 }],
    ['late-reply', { 'late-reply': 1500 }],
  ] as const)('gives no false value and loses no good frame: %s', async (_name, faults) => {
    const rig = createMemoryRig(faults);
    await rig.advance(20 * SECOND);
    expect(['streaming', 'degraded']).toContain(rig.session.status().state);
    await rig.close();
    expect(rig.faultsInjected()).toBeGreaterThan(0);
    expect(misplaced(placedSamples(rig))).toEqual([]);
    const { counts } = rig.session.status();
    // A damaged or unsent frame may cost itself, and at most its neighbour: back within two.
    const expected = rig.framesSent() - 2 * rig.faultsInjected() - 2;
    const damaging = !('split-writes' in faults) && !('late-reply' in faults);
    expect(counts.samples).toBeGreaterThanOrEqual(damaging ? expected : rig.framesSent());
  });

  it('marks what never came, in numbers and flags', async () => {
    const rig = createMemoryRig({ 'drop-frame': 50 });
    await rig.advance(10 * SECOND);
    await rig.close();
    const { counts } = rig.session.status();
    const gaps = rig.blocks.filter((block) => block.flags & BLOCK_FLAG.gapBefore);
    const placed = placedSamples(rig);
    const span = (placed.at(-1)?.number ?? 0) - (placed[0]?.number ?? 0) + 1;
    expect(counts.lost).toBe(span - placed.length);
    // A frame that was to be the first or the last leaves nothing to miss it by.
    expect(rig.faultsInjected() - counts.lost).toBeLessThanOrEqual(2);
    expect(gaps.length).toBe(counts.lost);
    expect(gaps[0]?.channels.every((channel) => channel.flags & CHANNEL_FLAG.lost)).toBe(true);
    const told = rig.events.filter((event) => event.code === 'gap');
    expect(told.map((event) => event.missingSamples)).toEqual(gaps.map(() => 1));
  });

  it('lets a flipped bit cost its frame, or pass unseen only inside a sample', async () => {
    const rig = createMemoryRig({ 'bit-flip': 20 });
    await rig.advance(20 * SECOND);
    await rig.close();
    const placed = placedSamples(rig);
    expect(rig.faultsInjected()).toBeGreaterThan(100);
    expect(misplaced(placed).length).toBeLessThanOrEqual(rig.faultsInjected());
    expect(placed.length).toBeGreaterThan(rig.framesSent() - 2 * rig.faultsInjected());
  });

  it('counts a silence by the clock: more than a turn of the counter', async () => {
    const rig = createMemoryRig({ stall: 1500 });
    await rig.advance(7 * SECOND);
    expect(
      rig.statuses.some((status) => status.quality.some((one) => one.cause === 'silent')),
    ).toBe(true);
    await rig.close();
    expect(misplaced(placedSamples(rig))).toEqual([]);
    expect(rig.session.status().counts.lost).toBe(375);
    expect(rig.session.status().counts.reconnects).toBe(0);
  });

  it('gives a silent device up and gets it back', async () => {
    const rig = createMemoryRig({ stall: 3500 });
    await rig.advance(12 * SECOND);
    await rig.close();
    expect(rig.statuses.find((status) => status.state === 'lost')?.reason?.code).toBe(
      'DEVICE_SILENT',
    );
    expect(rig.session.status().counts.reconnects).toBeGreaterThanOrEqual(1);
    expect(codes(rig)).toEqual(expect.arrayContaining(['lost', 'resumed', 'gap']));
    expect(misplaced(placedSamples(rig))).toEqual([]);
  });

  it('keeps every whole frame of a link that is torn in the middle of one', async () => {
    const rig = createMemoryRig({ 'disconnect-mid-frame': 500 });
    await rig.advance(5 * SECOND);
    await rig.close();
    const first = rig.blocks.filter((block) => block.epoch === 0);
    expect(first.reduce((sum, block) => sum + block.samplesPerChannel, 0)).toBe(500);
    expect(new Set(rig.blocks.map((block) => block.epoch))).toEqual(new Set([0, 1]));
    expect(misplaced(placedSamples(rig))).toEqual([]);
  });

  it('keeps trying while the device is away, with growing pauses', async () => {
    const rig = createMemoryRig();
    await rig.advance(2 * SECOND);
    rig.unplug();
    await rig.advance(10 * SECOND);
    expect(rig.session.status()).toMatchObject({
      state: 'lost',
      reason: { code: 'DEVICE_NOT_FOUND' },
    });
    rig.plug();
    await rig.advance(4 * SECOND);
    expect(rig.session.status().state).toBe('streaming');
    const gap = rig.events.find((event) => event.code === 'gap');
    expect(gap?.durationMs).toBeGreaterThan(9000);
    await rig.close();
  });

  it('sees an electrode fall off', async () => {
    const source = createEcgModel({ ...DEFAULT_ECG_MODEL, seed: 3 });
    const rig = createMemoryRig({ 'lead-off': 'V3' }, { source });
    await rig.advance(3 * SECOND);
    const status = rig.session.status();
    expect(status.state).toBe('degraded');
    expect(status.quality).toEqual([{ cause: 'leadOff', lead: 'V3' }]);
    expect(rig.events.filter((event) => event.code === 'leadOff')).toMatchObject([{ lead: 'V3' }]);
    await rig.close();
    const flags = rig.blocks.at(-1)?.channels.map((channel) => channel.flags);
    const off = CHANNEL_FLAG.leadOff | CHANNEL_FLAG.saturated;
    expect(flags).toEqual([0, 0, 0, 0, off, 0, 0, 0]);
  });

  it('measures the test signal, marks it as no patient, and ends it', async () => {
    const rig = createMemoryRig();
    await rig.advance(1 * SECOND);
    const on = rig.session.command({ command: 'testSignal', mode: 'slow1x' });
    await rig.advance(4 * SECOND);
    expect((await on).ok).toBe(true);
    const tested = rig.blocks.filter((block) => block.flags & BLOCK_FLAG.testSignal);
    const scale = tested[0]?.channels[0]?.scale ?? 0;
    const values = tested.flatMap((block) => [...block.samples]).map((count) => count * scale);
    // The ADS1299's own square wave: 3.75 mV from peak to peak, within the check's 5 %.
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(3750 * 0.95);
    expect(Math.max(...values) - Math.min(...values)).toBeLessThan(3750 * 1.05);
    expect(rig.session.status().quality).toEqual([{ cause: 'testSignal' }]);
    const off = rig.session.command({ command: 'testSignal', mode: 'off' });
    await rig.advance(2 * SECOND);
    expect((await off).ok).toBe(true);
    expect(rig.session.status().state).toBe('streaming');
    expect(rig.blocks.at(-1)?.flags).toBe(0);
    await rig.close();
  });

  it('takes a new gain into the scale of later blocks, also after a replug', async () => {
    const rig = createMemoryRig();
    await rig.advance(1 * SECOND);
    const before = rig.blocks.at(-1)?.channels[0]?.scale ?? 0;
    const set = rig.session.command({
      command: 'channel',
      channel: 1,
      powered: true,
      gain: 12,
      input: 'normal',
    });
    await rig.advance(2 * SECOND);
    expect((await set).ok).toBe(true);
    rig.unplug();
    rig.plug();
    await rig.advance(3 * SECOND);
    await rig.close();
    const last = rig.blocks.at(-1);
    expect(last?.epoch).toBe(2);
    expect(last?.channels[0]?.scale).toBeCloseTo(before * 2, 9);
    expect(last?.channels[1]?.scale).toBe(before);
    expect(misplaced(placedSamples(rig))).toEqual([]);
  });

  it('finds the drift of the crystal', async () => {
    const rig = createMemoryRig({ 'clock-drift': 500 });
    await rig.advance(30 * SECOND);
    const clock = rig.session.status().clock;
    expect(clock?.driftPpm).toBeGreaterThan(450);
    expect(clock?.driftPpm).toBeLessThan(550);
    await rig.close();
  });
});
