import { describe, expect, it } from 'vitest';
import { createRecordingSink } from '../../../src/devices/_sdk/recordingSink.ts';
import type { HostTime } from '../../../src/devices/_sdk/time.ts';
import { createMemoryPair } from '../../../src/devices/_transport/memory.ts';
import { phdcAdapter } from '../../../src/devices/ieee11073.phdc/adapter.ts';
import { createManualClock } from '../../emulators/host/clock.ts';
import { readTape } from './tape.ts';

/** The adapter against a tape: it must say what the tape says, in the same order. */
async function play(name: string) {
  const { clock, advance } = createManualClock(1000);
  const time: HostTime = {
    nowNs: () => BigInt(Math.round(clock.nowMs() * 1e6)),
    after: clock.schedule,
    wallClock: () => new Date(2026, 10, 22, 8, 30).toISOString(),
  };
  const pair = createMemoryPair(time.nowNs);
  const said: string[] = [];
  pair.device.onBytes((bytes) => said.push(Buffer.from(bytes).toString('hex')));
  const sink = createRecordingSink();
  const [wire] = phdcAdapter.manifest.wires;
  const deps = { time, wire, calibration: () => null };
  const session = phdcAdapter.probe(pair.transport, deps).then(async (identity) => {
    if (!identity.ok) throw new Error(identity.fault.code);
    const source = phdcAdapter.open(pair.transport, identity.value, sink, deps);
    return { identity: identity.value, source, started: await source.start() };
  });
  let heard = 0;
  for (const line of readTape(name)) {
    for (let turns = 0; turns < 8; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (line.kind === 'in') {
      pair.device.send(line.bytes);
    } else if (line.kind === 'stop') {
      const { source } = await session;
      void source.stop();
    } else {
      for (let waited = 0; said.length <= heard && waited < 2000; waited += 100) {
        await advance(100);
      }
      expect(said[heard]).toBe(Buffer.from(line.bytes).toString('hex'));
      heard++;
    }
  }
  expect(said).toHaveLength(heard);
  const ended = await session;
  pair.device.unplug();
  ended.source.end();
  return { ...ended, sink };
}

describe('tapes', () => {
  it('blood pressure: one reading of four values', async () => {
    const { identity, sink, started } = await play('blood-pressure');
    expect(started).toEqual({ ok: true, value: undefined });
    expect(identity).toMatchObject({
      manufacturer: 'TheCompany',
      model: 'TheBPM ABC',
      serialNumber: 'DE124567',
    });
    expect(sink.measurements.map(({ name, value }) => [name, value])).toEqual([
      ['systolicPressure', 120],
      ['diastolicPressure', 80],
      ['meanPressure', 100],
      ['cuffPulseRate', 60],
    ]);
    expect(new Set(sink.measurements.map(({ reading }) => reading))).toEqual(
      new Set(['2007-12-06T12:10:00#0']),
    );
  });

  it('oximeter: scanners are switched on and off, grouped reports are read', async () => {
    const { sink } = await play('oximeter-scanners');
    expect(
      sink.measurements.map(({ name, value, deviceTime }) => [name, value, deviceTime]),
    ).toEqual([
      ['spo2', 97.5, '2010-08-03T10:51:11'],
      ['pulseRate', 80.1, '2010-08-03T10:51:11'],
      ['spo2', 98, '2008-07-03T12:10:00'],
      ['pulseRate', 73, null],
    ]);
    expect(sink.badFrames()).toBe(0);
  });

  it('Accu-Chek: the store is read and confirmed part by part', async () => {
    const { identity, sink } = await play('accu-chek');
    expect(identity).toMatchObject({
      manufacturer: 'Roche',
      serialNumber: '92500123456',
      firmware: 'v1.12',
    });
    expect(
      sink.measurements.map(({ value, flags, reading, origin }) => [value, flags, reading, origin]),
    ).toEqual([
      [104, [], '2026-11-20T07:30:00#0.1', 'stored'],
      [null, ['aboveDeviceRange'], '2026-11-20T12:15:00#0.1', 'stored'],
      [131, [], '2026-11-21T07:45:00#0.1', 'stored'],
    ]);
    expect(sink.events).toEqual([{ code: 'downloaded' }]);
  });
});
