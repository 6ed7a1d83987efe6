import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arrivalsOf, type Bench, createBench, subjectNamed } from './layerRig.ts';

const SECOND = 1_000;
const CYTON = subjectNamed('openbci.cyton');
const NONIN = subjectNamed('nonin.format2');
const BM58 = subjectNamed('beurer.bm58');
const V3_OFF = { 'lead-off': 6 };

let bench: Bench;
let folder = '';
beforeEach(async () => {
  bench = createBench();
  folder = await mkdtemp(join(tmpdir(), 'chariot-layer-'));
});
afterEach(async () => {
  await bench.close();
  await rm(folder, { recursive: true });
  expect(bench.bugs).toEqual([]);
  expect(bench.openTransports()).toBe(0);
  expect(bench.pendingJobs()).toBe(0);
});

const causes = (deviceId: string): string[] =>
  bench.statusOf(deviceId).quality.map(({ cause }) => cause);

describe('a device is its serial number', () => {
  it('keeps its name when two of a kind change sockets', async () => {
    const first = bench.device(CYTON, 'DQ007AAA');
    const second = bench.device(CYTON, 'DQ007BBB', { faults: V3_OFF });
    bench.plug('/dev/a', first);
    bench.plug('/dev/b', second);
    const [a, b] = [await bench.open('/dev/a'), await bench.open('/dev/b')];
    expect([a, b]).toEqual(['openbci.cyton:DQ007AAA', 'openbci.cyton:DQ007BBB']);
    await bench.advance(4 * SECOND);
    expect([causes(a), causes(b)]).toEqual([[], ['leadOff']]);
    bench.unplug('/dev/a');
    bench.unplug('/dev/b');
    await bench.advance(SECOND);
    expect([bench.statusOf(a).state, bench.statusOf(b).state]).toEqual(['lost', 'lost']);
    bench.plug('/dev/a', second);
    bench.plug('/dev/b', first);
    await bench.advance(5 * SECOND);
    expect([causes(a), causes(b)]).toEqual([[], ['leadOff']]);
    expect(bench.statusOf(a)).toMatchObject({
      state: 'streaming',
      identity: { serialNumber: 'DQ007AAA' },
    });
    for (const deviceId of [a, b]) {
      const epochs = arrivalsOf(bench, deviceId).map(({ block }) => block.epoch);
      expect(new Set(epochs)).toEqual(new Set([0, 1]));
    }
  });

  it('does not take another of its kind for it', async () => {
    bench.plug('/dev/a', bench.device(CYTON, 'DQ007AAA'));
    const a = await bench.open('/dev/a');
    await bench.advance(3 * SECOND);
    bench.unplug('/dev/a');
    bench.plug('/dev/a', bench.device(CYTON, 'DQ007CCC'));
    await bench.advance(5 * SECOND);
    expect(bench.statusOf(a)).toMatchObject({
      state: 'lost',
      reason: { code: 'DEVICE_NOT_FOUND' },
    });
  });

  it('is told by its socket only where it has none, and says so', async () => {
    bench.plug('/dev/a', bench.device(NONIN, null));
    const a = await bench.open('/dev/a');
    expect(a).toBe('nonin.format2:/dev/a');
    await bench.advance(3 * SECOND);
    expect(bench.statusOf(a).caveats).toContain('toldByPortOnly');
    bench.plug('/dev/c', bench.device(CYTON, 'DQ007AAA'));
    const c = await bench.open('/dev/c');
    await bench.advance(3 * SECOND);
    expect(bench.statusOf(c).caveats).not.toContain('toldByPortOnly');
  });

  it('keeps names, streams and growing epochs over a restart of the host', async () => {
    bench.plug('/dev/a', bench.device(CYTON, 'DQ007AAA'));
    bench.plug('/dev/n', bench.device(NONIN, null));
    const names = [await bench.open('/dev/a'), await bench.open('/dev/n')];
    await bench.advance(4 * SECOND);
    const streams = names.map((name) => bench.statusOf(name).streamIds);
    await bench.restart();
    const again = [
      await bench.open('/dev/a', names[0], 65_536),
      await bench.open('/dev/n', names[1], 65_536),
    ];
    await bench.advance(4 * SECOND);
    expect(again).toEqual(names);
    expect(names.map((name) => bench.statusOf(name).streamIds)).toEqual(streams);
    for (const name of names) {
      const epochs = arrivalsOf(bench, name).map(({ block }) => block.epoch);
      expect(new Set(epochs)).toEqual(new Set([0, 65_536]));
      expect(epochs).toEqual(epochs.toSorted((one, other) => one - other));
    }
  });
});

describe('a device is with one resident', () => {
  it('tells a recording of another resident, until it is bound rightly', async () => {
    bench.plug('/dev/n', bench.device(NONIN, 'N1'));
    const deviceId = await bench.open('/dev/n');
    await bench.advance(3 * SECOND);
    await bench.calls().bindDevice({ deviceId, binding: 'resident-a' });
    await bench.advance(2 * SECOND);
    expect(causes(deviceId)).toEqual([]);
    const started = await bench.settle(
      bench.calls().startRecording({
        file: join(folder, 'one.chariot'),
        recordingId: 'one',
        binding: 'resident-b',
        key: null,
      }),
    );
    expect(started.ok).toBe(true);
    await bench.advance(SECOND);
    expect(bench.statusOf(deviceId)).toMatchObject({
      state: 'degraded',
      quality: [{ cause: 'wrongBinding' }],
      binding: 'resident-a',
    });
    await bench.calls().bindDevice({ deviceId, binding: 'resident-b' });
    await bench.advance(2 * SECOND);
    expect(bench.statusOf(deviceId)).toMatchObject({ state: 'streaming', quality: [] });
    const bindings = [...new Set(bench.measurements.map(({ binding }) => binding))];
    expect(bindings).toEqual([null, 'resident-a', 'resident-b']);
    expect((await bench.settle(bench.calls().stopRecording({}))).ok).toBe(true);
  });

  it('gives the binding to what was stored, too', async () => {
    bench.plug('/dev/b', bench.device(BM58, 'B1'));
    const deviceId = await bench.open('/dev/b');
    await bench.calls().bindDevice({ deviceId, binding: 'resident-a' });
    await bench.advance(10 * SECOND);
    expect(bench.measurements.length).toBeGreaterThan(0);
    expect(bench.measurements.every(({ binding }) => binding === 'resident-a')).toBe(true);
  });
});
