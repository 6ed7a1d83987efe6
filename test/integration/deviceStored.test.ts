import { describe, expect, it } from 'vitest';
import type { DeviceEvent, DeviceStatus, Measurement } from '../../src/contracts/devices.ts';
import { failed, ok, type Result } from '../../src/contracts/faults.ts';
import type { AdapterModule } from '../../src/devices/_sdk/adapter.ts';
import type { HostTime } from '../../src/devices/_sdk/time.ts';
import { createMemoryPair, type MemoryPair } from '../../src/devices/_transport/memory.ts';
import { contourNextAdapter } from '../../src/devices/ascensia.contour-next/adapter.ts';
import { bm58Adapter } from '../../src/devices/beurer.bm58/adapter.ts';
import { sp10Adapter } from '../../src/devices/contec.sp10/adapter.ts';
import { createSession } from '../../src/devices/host/session.ts';
import { hem790itAdapter } from '../../src/devices/omron.hem790it/adapter.ts';
import { gdxSprAdapter } from '../../src/devices/vernier.gdx-spr/adapter.ts';
import { bm58 } from '../emulators/bm58/definition.ts';
import { contour } from '../emulators/contour/definition.ts';
import type { EmulatorDefinition } from '../emulators/definition.ts';
import { gdxspr } from '../emulators/gdxspr/definition.ts';
import { createManualClock } from '../emulators/host/clock.ts';
import { createDriver } from '../emulators/host/driver.ts';
import { omron } from '../emulators/omron/definition.ts';
import { sp10 } from '../emulators/sp10/definition.ts';

/** A session on an emulated device that can be pulled out and plugged in again. */
function createRig(adapter: AdapterModule, definition: EmulatorDefinition) {
  const { clock, advance } = createManualClock(1_000);
  const time: HostTime = {
    nowNs: () => BigInt(Math.round(clock.nowMs() * 1e6)),
    after: clock.schedule,
    wallClock: () => new Date(Date.UTC(2026, 10, 22, 8, 30)).toISOString(),
  };
  let pair: MemoryPair | null = null;
  let stopDriver: () => void = () => undefined;
  let isPlugged = true;
  const events: DeviceEvent['code'][] = [];
  const states: DeviceStatus['state'][] = [];
  const measurements: Measurement[] = [];
  let blocks = 0;

  function plugIn(): MemoryPair {
    const device = definition.create({});
    const made = createMemoryPair(time.nowNs, {
      read: async () => failed('DEVICE_CANNOT'),
      write: async (_request, bytes) => {
        device.control?.({ kind: 'setFeature', bytes }, clock.nowMs());
        return ok(undefined);
      },
    });
    const wire = {
      write: (bytes: Uint8Array): boolean => {
        made.device.send(bytes);
        return true;
      },
      disconnect: (): void => made.device.unplug(),
    };
    const driver = createDriver(device, wire, clock);
    made.device.onBytes((bytes) => driver.receive(bytes));
    driver.start();
    stopDriver = () => driver.stop();
    return made;
  }

  const session = createSession({
    adapter,
    deviceId: 'emulated',
    streamIdOf: () => 7,
    address: { kind: adapter.manifest.wires[0].kind, path: 'memory' },
    serialNumber: null,
    openTransport: async () => {
      if (!isPlugged) {
        return failed('DEVICE_NOT_FOUND');
      }
      pair = plugIn();
      return ok(pair.transport);
    },
    locate: async (address) => address,
    publish: (item) => {
      if (item.kind === 'measurement') {
        measurements.push(item.measurement);
      } else if (item.kind === 'event') {
        events.push(item.event.code);
      } else if (item.kind === 'status') {
        states.push(item.status.state);
      } else if (item.kind === 'block') {
        blocks++;
      }
    },
    time,
    random: () => 0.5,
    calibration: () => null,
    carried: () => null,
  });
  const command = async (what: Parameters<typeof session.command>[0]): Promise<Result<void>> => {
    const done = session.command(what);
    await advance(30_000);
    return done;
  };
  return {
    session,
    events,
    states,
    measurements,
    blocks: () => blocks,
    advance,
    command,
    plug: (plugged: boolean) => {
      isPlugged = plugged;
      if (!plugged) {
        stopDriver();
        pair?.device.unplug();
      }
    },
    close: async () => {
      const closed = session.close();
      await advance(10_000);
      await closed;
      stopDriver();
    },
  };
}

const STORED = [
  ['bm58', bm58Adapter, bm58],
  ['omron', hem790itAdapter, omron],
  ['contour', contourNextAdapter, contour],
  ['sp10', sp10Adapter, sp10],
] as const;

describe.each(STORED)('session on a device that only stores: %s', (_name, adapter, definition) => {
  it('hands over once, stays ready, and does it again when asked', async () => {
    const rig = createRig(adapter, definition);
    await rig.advance(20_000);
    expect(rig.session.status()).toMatchObject({ state: 'ready', reason: null });
    const given = rig.measurements.length;
    expect(given).toBeGreaterThan(5);
    const readings = new Set(rig.measurements.map(({ reading, name }) => `${reading} ${name}`));
    expect(readings.size).toBe(given);
    expect(
      rig.measurements.every(
        ({ origin, deviceTime }) => origin === 'stored' && deviceTime !== null,
      ),
    ).toBe(true);
    expect(await rig.command({ command: 'download', clear: false })).toMatchObject({ ok: true });
    expect(rig.measurements.length).toBe(2 * given);
    expect(new Set(rig.measurements.map(({ reading, name }) => `${reading} ${name}`))).toEqual(
      readings,
    );
    expect(rig.events.filter((code) => code === 'downloaded').length).toBe(2);
    await rig.close();
    expect(rig.session.status().state).toBe('disconnected');
  });

  it('is lost when it is pulled out, and comes back', async () => {
    const rig = createRig(adapter, definition);
    await rig.advance(20_000);
    const given = rig.measurements.length;
    rig.plug(false);
    await rig.advance(1_000);
    expect(rig.session.status().state).toBe('lost');
    rig.plug(true);
    await rig.advance(20_000);
    expect(rig.session.status().state).toBe('ready');
    expect(rig.measurements.length).toBe(2 * given);
    expect(rig.events).toContain('resumed');
    await rig.close();
  });
});

describe('session on the spirometer that streams', () => {
  it('streams, is lost, comes back and stops', async () => {
    const rig = createRig(gdxSprAdapter, gdxspr);
    await rig.advance(5_000);
    expect(rig.session.status()).toMatchObject({
      state: 'streaming',
      quality: [],
      counts: { lost: 0, badFrames: 0 },
    });
    expect(rig.blocks()).toBeGreaterThan(50);
    rig.plug(false);
    await rig.advance(500);
    expect(rig.session.status().state).toBe('lost');
    rig.plug(true);
    await rig.advance(5_000);
    expect(rig.session.status().state).toBe('streaming');
    await rig.close();
    expect(rig.session.status().state).toBe('disconnected');
  });
});
