import { describe, expect, it } from 'vitest';
import { createRecordingSink } from '../../src/devices/_sdk/recordingSink.ts';
import type { HostTime } from '../../src/devices/_sdk/time.ts';
import { createMemoryPair } from '../../src/devices/_transport/memory.ts';
import { cytonAdapter } from '../../src/devices/openbci.cyton/adapter.ts';
import { createCytonEmulator } from '../emulators/cyton/emulator.ts';
import type { CytonFaultPlan } from '../emulators/cyton/faults.ts';
import { createEcgModel, DEFAULT_ECG_MODEL } from '../emulators/ecg/dynamicalModel.ts';
import { createManualClock } from '../emulators/host/clock.ts';
import { createDriver } from '../emulators/host/driver.ts';

const IMPEDANCE = { command: 'impedance' } as const;
const OHMS = { I: 4_000, II: 12_000, V1: 0, V2: 800, V3: 50_000, V4: 5_000, V5: 5_000, V6: 9_000 };

async function bench(faults: CytonFaultPlan = {}, deafTo: RegExp | null = null) {
  const { clock, advance } = createManualClock(1000);
  const time: HostTime = {
    nowNs: () => BigInt(Math.round(clock.nowMs() * 1e6)),
    after: clock.schedule,
    wallClock: () => '2026-01-01T00:00:00.000Z',
  };
  const source = createEcgModel({ ...DEFAULT_ECG_MODEL, seed: 3 });
  const device = createCytonEmulator({ source, faults, impedanceOhms: OHMS });
  const pair = createMemoryPair(time.nowNs);
  const wire = {
    write: (bytes: Uint8Array): boolean => {
      pair.device.send(bytes);
      return true;
    },
    disconnect: (): void => pair.device.unplug(),
  };
  const driver = createDriver(device, wire, clock);
  const asked: string[] = [];
  pair.device.onBytes((bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    asked.push(text);
    if (deafTo?.test(text) !== true) {
      driver.receive(bytes);
    }
  });
  driver.start();
  async function settle<T>(promise: Promise<T>): Promise<T> {
    let open = true;
    const done = promise.finally(() => {
      open = false;
    });
    while (open) {
      await new Promise((resolve) => setImmediate(resolve));
      await advance(open ? 50 : 0);
    }
    return done;
  }
  const sink = createRecordingSink();
  const deps = { time, wire: cytonAdapter.manifest.wires[0], calibration: () => null };
  const found = await settle(cytonAdapter.probe(pair.transport, deps));
  if (!found.ok) {
    throw new Error(found.fault.code);
  }
  const board = cytonAdapter.open(pair.transport, found.value, sink, deps);
  return { board, sink, asked, settle, advance };
}

describe('impedance of the electrodes on the emulated Cyton', () => {
  it('is told for each of them, with a heart beating under it', async () => {
    const { board, sink, asked, settle } = await bench();
    expect(await settle(board.apply(IMPEDANCE))).toEqual({ ok: true, value: undefined });
    const told = sink.measurements.map(({ name, site, value }) => [name, site, value]);
    const expected = Object.values(OHMS).map((ohms) => ohms / 1000);
    expect(told.map(([name, site]) => [name, site])).toEqual(
      ['LA', 'LL', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'].map((site) => ['electrodeImpedance', site]),
    );
    const off = sink.measurements.map(
      ({ value }, index) => (value ?? -99) - (expected[index] ?? 0),
    );
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.5);
    const currents = asked.filter((text) => text.startsWith('z'));
    expect(currents).toEqual([1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => [`z${n}01Z`, `z${n}00Z`]));
    expect(sink.samples).toEqual([]);
  });

  it('leaves no current behind in the signal', async () => {
    const { board, sink, settle, advance } = await bench();
    await settle(board.apply(IMPEDANCE));
    await settle(board.start());
    await advance(2000);
    await settle(board.stop());
    // V3 would carry 313 uV of 31.25 Hz: its samples 4 apart are half a period apart.
    const v3 = sink.of(0).map(({ values }) => values[4] ?? 0);
    const half = v3.slice(4).map((value, index) => Math.abs(value - (v3[index] ?? 0)));
    const typical = half.toSorted((a, b) => a - b)[half.length >> 1] ?? 0;
    expect(typical * 0.0223517).toBeLessThan(60);
  });

  it('says which electrode does not hold', async () => {
    const { board, sink, settle } = await bench({ 'lead-off': 'V3' });
    expect((await settle(board.apply(IMPEDANCE))).ok).toBe(true);
    const v3 = sink.measurements.find(({ site }) => site === 'V3');
    expect(v3).toMatchObject({ value: null, quality: 'invalid', flags: ['notAvailable'] });
    expect(sink.measurements.filter(({ value }) => value === null).length).toBe(1);
  });

  it('switches the current off when the signal does not come, and says so', async () => {
    const { board, asked, settle } = await bench({}, /^b$/);
    expect(await settle(board.apply(IMPEDANCE))).toEqual({
      ok: false,
      fault: { code: 'DEVICE_NO_ANSWER', params: { to: 'impedance', channel: 1 } },
    });
    expect(asked.filter((text) => text.startsWith('z'))).toEqual(['z101Z', 'z100Z']);
  });

  it('falls back on the defaults of the board when that is not answered', async () => {
    const { board, asked, settle } = await bench({}, /^z\d00Z$/);
    expect(await settle(board.apply(IMPEDANCE))).toMatchObject({
      ok: false,
      fault: { code: 'DEVICE_NO_ANSWER' },
    });
    expect(asked.slice(-3)).toEqual(['z100Z', 'z100Z', 'd']);
  });

  it('is not measured through a channel that is not at its electrode', async () => {
    const { board, sink, settle } = await bench();
    const shorted = { channel: 2, powered: true, gain: 12, input: 'shorted' } as const;
    await settle(board.apply({ command: 'channel', ...shorted }));
    await settle(board.apply(IMPEDANCE));
    expect(sink.measurements.find(({ site }) => site === 'LL')?.value).toBeNull();
    await settle(board.apply({ command: 'testSignal', mode: 'slow1x' }));
    expect(await settle(board.apply(IMPEDANCE))).toMatchObject({
      ok: false,
      fault: { code: 'DEVICE_CANNOT' },
    });
  });
});
