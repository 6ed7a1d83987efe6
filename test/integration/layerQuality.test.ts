import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TRACE_MAX_BYTES, TRACE_MAX_ENTRIES } from '../../src/devices/host/trace.ts';
import type { Subject } from '../conformance/subjects.ts';
import { silence } from '../conformance/tamper.ts';
import { arrivalsOf, type Bench, createBench, subjectNamed } from './layerRig.ts';

const SECOND = 1_000;
const CYTON = subjectNamed('openbci.cyton');
const CMS50D = subjectNamed('contec.cms50d old');
const GLUCOMETER = subjectNamed('ieee11073.phdc glucose-stored');
const FLAPS = 40;

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(async () => {
  await bench.close();
  expect(bench.bugs).toEqual([]);
  expect(bench.openTransports()).toBe(0);
  expect(bench.pendingJobs()).toBe(0);
});

const causes = (deviceId: string): string[] =>
  bench.statusOf(deviceId).quality.map(({ cause }) => cause);

/** An oximeter of the old wire that sends what a test wants: 60 frames a second. */
function scripted(frame: (index: number) => readonly number[]): Subject {
  let index = 0;
  let startMs: number | null = null;
  const dueMs = (): number => (startMs ?? 0) + ((index + 1) * SECOND) / 60;
  return {
    ...CMS50D,
    create: () => ({
      receive: () => [],
      advance: (nowMs) => {
        startMs ??= nowMs;
        const writes: Uint8Array[] = [];
        for (; dueMs() <= nowMs; index += 1) {
          writes.push(Uint8Array.from(frame(index)));
        }
        return { writes, sent: [], disconnect: false };
      },
      nextDueMs: () => (startMs === null ? 0 : dueMs()),
      faultsInjected: () => 0,
    }),
  };
}

/** Old wire: signal, wave, bar, pulse, saturation; only the first byte has bit 7. */
const frameOf = (wave: number, spo2: number): readonly number[] => [0x87, wave, 5, 72, spo2];

describe('quality causes come, and go', () => {
  it('frozen: a wave that stands still for longer than a pulse can', async () => {
    let isStill = false;
    const device = scripted((index) => frameOf(isStill ? 40 : 20 + (index % 50), 97));
    bench.plug('/dev/o', bench.device(device, 'O1'));
    const deviceId = await bench.open('/dev/o');
    await bench.advance(8 * SECOND);
    expect(causes(deviceId)).toEqual([]);
    isStill = true;
    await bench.advance(4 * SECOND);
    expect(causes(deviceId)).toEqual([]);
    await bench.advance(2 * SECOND);
    expect(causes(deviceId)).toEqual(['frozen']);
    isStill = false;
    await bench.advance(SECOND);
    expect(bench.statusOf(deviceId)).toMatchObject({ state: 'streaming', quality: [] });
  });

  it('out of range: a saturation that no living person has is marked, and kept', async () => {
    let spo2 = 97;
    const device = scripted((index) => frameOf(20 + (index % 50), spo2));
    bench.plug('/dev/o', bench.device(device, 'O1'));
    const deviceId = await bench.open('/dev/o');
    await bench.advance(5 * SECOND);
    spo2 = 20;
    await bench.advance(2 * SECOND);
    expect(bench.statusOf(deviceId)).toMatchObject({
      state: 'degraded',
      quality: [{ cause: 'outOfRange', lead: 'spo2' }],
    });
    expect(bench.measurements.findLast(({ name }) => name === 'spo2')).toMatchObject({
      value: 20,
      quality: 'questionable',
      flags: ['outOfRange'],
    });
    spo2 = 96;
    await bench.advance(12 * SECOND);
    expect(causes(deviceId)).toEqual([]);
  });

  it('silent, then lost with its reason, then back in a new epoch', async () => {
    const plugged = bench.device(CYTON, 'DQ007AAA');
    bench.plug('/dev/a', plugged);
    const deviceId = await bench.open('/dev/a');
    await bench.advance(3 * SECOND);
    plugged.line.setTamper(silence({ fromMs: 0, untilMs: Number.POSITIVE_INFINITY }));
    await bench.advance(SECOND);
    expect(bench.statusOf(deviceId)).toMatchObject({
      state: 'degraded',
      quality: [{ cause: 'silent' }],
    });
    plugged.line.setTamper(null);
    await bench.advance(7 * SECOND);
    expect(causes(deviceId)).toEqual([]);
    plugged.line.setTamper(silence({ fromMs: 0, untilMs: Number.POSITIVE_INFINITY }));
    await bench.advance(3 * SECOND);
    expect(bench.statuses.map(({ reason }) => reason?.code)).toContain('DEVICE_SILENT');
    plugged.line.setTamper(null);
    await bench.advance(12 * SECOND);
    expect(bench.statusOf(deviceId)).toMatchObject({ state: 'streaming', quality: [] });
  });

  it('saturated and lead off: an electrode at the rail', async () => {
    bench.plug('/dev/a', bench.device(CYTON, 'DQ007AAA', { faults: { 'lead-off': 6 } }));
    const deviceId = await bench.open('/dev/a');
    await bench.advance(5 * SECOND);
    expect(causes(deviceId)).toEqual(['leadOff']);
    const told = bench.statuses.flatMap(({ quality }) => quality.map(({ cause }) => cause));
    expect(told).toContain('saturated');
    bench.unplug('/dev/a');
    bench.plug('/dev/a', bench.device(CYTON, 'DQ007AAA'));
    await bench.advance(5 * SECOND);
    expect(bench.statusOf(deviceId)).toMatchObject({ state: 'streaming', quality: [] });
  });
});

describe('a device that flaps', () => {
  it('twenty times a minute for two minutes leaks nothing and shows nothing stale', async () => {
    const plugged = bench.device(CYTON, 'DQ007AAA');
    bench.plug('/dev/a', plugged);
    const deviceId = await bench.open('/dev/a');
    await bench.advance(3 * SECOND);
    const jobsBefore = bench.pendingJobs();
    for (let flap = 0; flap < FLAPS; flap++) {
      bench.unplug('/dev/a');
      await bench.advance(500);
      expect(bench.statusOf(deviceId).state).toBe('lost');
      const away = bench.blocks.length;
      await bench.advance(500);
      expect(bench.blocks.length).toBe(away);
      bench.plug('/dev/a', plugged);
      await bench.advance(2_000);
      expect(bench.openTransports()).toBe(1);
      expect(bench.statusOf(deviceId).state).toBe('streaming');
    }
    expect(bench.pendingJobs()).toBeLessThanOrEqual(jobsBefore + 1);
    expect(bench.statusOf(deviceId).counts.reconnects).toBe(FLAPS);
    const epochs = arrivalsOf(bench, deviceId).map(({ block }) => block.epoch);
    expect(epochs).toEqual(epochs.toSorted((one, other) => one - other));
    expect(new Set(epochs).size).toBe(FLAPS + 1);
    const ages = arrivalsOf(bench, deviceId).map(
      ({ block, atMs }) => atMs - Number(block.hostTimeNs) / 1e6,
    );
    expect(Math.max(...ages)).toBeLessThan(150);
    const gaps = bench.events.filter(({ code }) => code === 'gap');
    expect(gaps.length).toBe(FLAPS);
    expect(gaps.every(({ durationMs = 0 }) => durationMs >= 1_000)).toBe(true);
  });
});

describe('clocks', () => {
  it('records how far the device is ahead, and corrects the time of its values by it', async () => {
    const aheadMs = 90_000;
    const clockMs = Date.UTC(2026, 10, 22, 8, 30) + aheadMs;
    bench.plug('1-1', bench.device(GLUCOMETER, '00042', { deviceClockMs: clockMs }));
    const deviceId = await bench.open('1-1');
    await bench.advance(30 * SECOND);
    const offsetMs = bench.statusOf(deviceId).deviceClock?.offsetMs ?? 0;
    expect(Math.abs(offsetMs + aheadMs)).toBeLessThan(2 * SECOND);
    const [value] = bench.measurements.filter(({ origin }) => origin === 'stored');
    expect(value?.clockOffsetMs).toBe(offsetMs);
    const told = new Date(value?.deviceTime ?? '').getTime();
    expect(new Date(value?.time ?? '').getTime() - told).toBeCloseTo(offsetMs, 0);
  });
});

describe("the technician's trace", () => {
  it('is off until asked for, has both directions, is bounded, and forgets when off', async () => {
    bench.plug('/dev/a', bench.device(CYTON, 'DQ007AAA'));
    const deviceId = await bench.open('/dev/a');
    const read = async (from: number) => {
      const answer = await bench.calls().readTrace({ deviceId, from, limit: 500 });
      if (!answer.ok) {
        throw new Error(answer.fault.code);
      }
      return answer.value;
    };
    await bench.advance(3 * SECOND);
    expect((await read(0)).entries).toEqual([]);
    await bench.calls().setTrace({ deviceId, on: true });
    await bench.settle(bench.calls().command({ deviceId, command: { command: 'stop' } }));
    await bench.settle(bench.calls().command({ deviceId, command: { command: 'start' } }));
    await bench.advance(SECOND);
    const { entries } = await read(0);
    expect(new Set(entries.map(({ direction }) => direction))).toEqual(new Set(['in', 'out']));
    expect(entries.every(({ text, hex }) => text.length > 0 || hex.length > 0)).toBe(true);
    await bench.advance(60 * SECOND);
    const { first, next } = await read(0);
    expect(first).toBeGreaterThan(0);
    expect(next - first).toBeLessThanOrEqual(TRACE_MAX_ENTRIES);
    expect((next - first) * 33).toBeLessThanOrEqual(TRACE_MAX_BYTES);
    await bench.calls().setTrace({ deviceId, on: false });
    expect((await read(0)).entries).toEqual([]);
    await bench.advance(SECOND);
    expect(bench.statusOf(deviceId).tracing).toBe(false);
  });
});
