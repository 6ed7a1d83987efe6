import { describe, expect, it } from 'vitest';
import type { SourceMeasurement } from '../../src/devices/_sdk/adapter.ts';
import type { HostItem } from '../../src/devices/host/bus.ts';
import { createSession } from '../../src/devices/host/session.ts';
import { phdcAdapter } from '../../src/devices/ieee11073.phdc/adapter.ts';
import type { FaultPlan } from '../emulators/definition.ts';
import { PHDC_VARIANTS } from '../emulators/phdc/definition.ts';
import { PHDC_FAULTS } from '../emulators/phdc/faults.ts';
import { createPhdcRig, type PhdcRig } from './devicePhdcRig.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

async function readFor(variant: string, ms: number, faults: FaultPlan = {}): Promise<PhdcRig> {
  const rig = createPhdcRig(variant, { faults });
  const source = await rig.connect();
  expect(await rig.run(source.start())).toMatchObject({ ok: true });
  await rig.advance(ms);
  rig.unplug();
  source.end();
  return rig;
}

const told = (values: readonly SourceMeasurement[]): string[] =>
  values.map(({ name, value, unit }) => `${name} ${value}${unit === undefined ? '' : ` ${unit}`}`);

/** All that a variant tells without a fault: what a faulty one may tell, and nothing else. */
async function truth(variant: string, ms: number): Promise<Set<string>> {
  return new Set(told((await readFor(variant, ms)).sink.measurements));
}

describe('each variant', () => {
  it.each(Object.keys(PHDC_VARIANTS))('%s says who it is', async (variant) => {
    const rig = createPhdcRig(variant);
    const identity = await rig.probe();
    expect(identity).toMatchObject({
      ok: true,
      value: { adapterId: 'ieee11073.phdc', serialNumber: '00042' },
    });
    expect(identity.ok && identity.value.model).not.toBe(phdcAdapter.manifest.model);
  });

  it.each([
    [
      'bloodpressure',
      [
        'systolicPressure 120',
        'diastolicPressure 80',
        'meanPressure 100',
        'cuffPulseRate 60',
        'systolicPressure 147',
        'diastolicPressure 91',
        'meanPressure 110',
        'cuffPulseRate 84.5',
        'systolicPressure 98',
        'diastolicPressure 61',
        'meanPressure 74',
        'cuffPulseRate 71',
      ],
    ],
    ['scale', ['bodyWeight 76.2', 'bodyMassIndex 24.3', 'bodyWeight 76', 'bodyMassIndex 24.2']],
    ['glucose', ['glucose 104', 'glucose 87']],
    ['thermometer', ['bodyTemperature 36.7', 'bodyTemperature 38.4', 'bodyTemperature 35.9']],
    [
      'peakflow',
      ['peakFlow 412', 'fev1 3.21', 'peakFlow 455', 'fev1 3.52', 'peakFlow 448', 'fev1 3.47'],
    ],
  ])('%s tells its readings, each once', async (variant, values) => {
    // A scale comes back with new readings after a while.
    const { sink } = await readFor(variant, 8 * SECOND);
    expect(told(sink.measurements)).toEqual(values);
    expect(sink.badFrames()).toBe(0);
    for (const { quality, flags, origin, deviceTime, reading } of sink.measurements) {
      expect({ quality, flags, origin }).toEqual({ quality: 'good', flags: [], origin: 'live' });
      expect(reading).toBe(`${deviceTime}#0`);
    }
  });

  it('bloodpressure-multi keeps its two persons apart', async () => {
    const { sink } = await readFor('bloodpressure-multi', MINUTE);
    const readings = new Map<string | null, string[]>();
    for (const measurement of sink.measurements) {
      const same = readings.get(measurement.reading) ?? [];
      readings.set(measurement.reading, [...same, measurement.name]);
    }
    expect([...readings.keys()].every((reading) => /#[12]$/.test(reading ?? ''))).toBe(true);
    expect([...readings.values()].every((names) => new Set(names).size === 4)).toBe(true);
  });

  it.each(['oximeter', 'oximeter-extended'])('%s tells two values a second', async (variant) => {
    const { sink } = await readFor(variant, 20 * SECOND);
    const names = sink.measurements.map(({ name }) => name);
    expect(names.filter((name) => name === 'spo2').length).toBeGreaterThanOrEqual(19);
    expect(names.filter((name) => name === 'pulseRate').length).toBeGreaterThanOrEqual(19);
    expect(sink.measurements.every(({ quality, value }) => quality === 'good' && value)).toBe(true);
  });

  it('glucose-stored hands over two segments, with what was out of its range', async () => {
    const { sink } = await readFor('glucose-stored', MINUTE);
    expect(sink.events).toEqual([{ code: 'downloaded' }]);
    expect(sink.measurements).toHaveLength(14);
    expect(new Set(sink.measurements.map(({ reading }) => reading)).size).toBe(14);
    expect(new Set(sink.measurements.map(({ unit, origin }) => `${unit} ${origin}`))).toEqual(
      new Set(['mmol/L stored']),
    );
    expect(sink.measurements.filter(({ value }) => value === null)).toMatchObject([
      { flags: ['aboveDeviceRange'], quality: 'invalid' },
      { flags: ['belowDeviceRange'], quality: 'invalid' },
    ]);
  });

  it('glucose-roche hands over what an Accu-Chek holds', async () => {
    const { sink } = await readFor('glucose-roche', MINUTE);
    expect(sink.events).toEqual([{ code: 'downloaded' }]);
    expect(sink.measurements).toHaveLength(28);
    expect(new Set(sink.measurements.map(({ reading }) => reading)).size).toBe(28);
    expect(sink.measurements[0]).toMatchObject({ name: 'glucose', value: 80, origin: 'stored' });
  });

  it('ecg streams two leads at 250 Hz in microvolts', async () => {
    const rig = createPhdcRig('ecg');
    const source = await rig.connect();
    expect(source.streams).toMatchObject([
      { kind: 'ecg', rateHz: 250, channels: [{ name: 'I', unit: 'uV' }, { name: 'II' }] },
    ]);
    await rig.run(source.start());
    await rig.advance(20 * SECOND);
    const samples = rig.sink.of(0);
    expect(samples).toHaveLength(20 * 250);
    expect(rig.sink.lost(0)).toBe(0);
    const second = samples.map(({ values }) => values[1] ?? 0);
    // An R wave of about a millivolt on a baseline near zero; scales are tested beside the code.
    expect(Math.max(...second) - Math.min(...second)).toBeGreaterThan(100);
    expect(new Set(rig.sink.measurements.map(({ name }) => name))).toEqual(new Set(['heartRate']));
    rig.unplug();
    source.end();
  });
});

describe('what a technician asks for', () => {
  it('the clock is compared, and set', async () => {
    const rig = createPhdcRig('glucose-stored', { clockAheadMs: 90 * SECOND });
    const source = await rig.connect();
    await rig.run(source.start());
    await rig.advance(10 * SECOND);
    expect(rig.clocks).toEqual([{ offsetMs: -90 * SECOND, set: false }]);
    await rig.run(source.stop());
    expect(await rig.run(source.apply({ command: 'setClock' }))).toMatchObject({ ok: true });
    expect(rig.clocks[1]?.set).toBe(true);
    expect(Math.abs(rig.clocks[1]?.offsetMs ?? Number.NaN)).toBeLessThanOrEqual(SECOND);
    expect(rig.sink.events).toContainEqual({ code: 'clockSet' });
    source.end();
  });

  it('a download gives all again, and clearing leaves nothing', async () => {
    const rig = createPhdcRig('glucose-stored');
    const source = await rig.connect();
    await rig.run(source.start());
    await rig.advance(10 * SECOND);
    await rig.run(source.stop());
    const download = (clear: boolean) => rig.run(source.apply({ command: 'download', clear }));
    expect(await download(false)).toMatchObject({ ok: true });
    expect(rig.sink.measurements).toHaveLength(28);
    const cleared = await download(true);
    expect(rig.sink.measurements).toHaveLength(42);
    if (cleared.ok) {
      expect(await download(false)).toMatchObject({ ok: true });
      expect(rig.sink.measurements).toHaveLength(42);
    } else {
      // An agent may keep its store to itself.
      expect(cleared.fault.code).toBe('DEVICE_REJECTED_COMMAND');
    }
    source.end();
  });

  it('what an agent cannot do is said', async () => {
    const rig = createPhdcRig('bloodpressure');
    const source = await rig.connect();
    const download = source.apply({ command: 'download', clear: false });
    expect(await rig.run(download)).toMatchObject({ ok: false, fault: { code: 'DEVICE_CANNOT' } });
    const impedance = source.apply({ command: 'impedance' });
    expect(await rig.run(impedance)).toMatchObject({ ok: false, fault: { code: 'DEVICE_CANNOT' } });
    source.end();
  });

  it('after a stop the agent is let go of, and taken again at a start', async () => {
    const rig = createPhdcRig('oximeter');
    const source = await rig.connect();
    await rig.run(source.start());
    await rig.advance(5 * SECOND);
    await rig.run(source.stop());
    const before = rig.sink.measurements.length;
    await rig.advance(5 * SECOND);
    expect(rig.tape.filter((line) => line === 'out e40000020000')).toHaveLength(1);
    expect(rig.tape.filter((line) => line === 'in e50000020000')).toHaveLength(1);
    expect(rig.sink.measurements).toHaveLength(before);
    await rig.advance(30 * SECOND);
    expect(await rig.run(source.start())).toMatchObject({ ok: true });
    await rig.advance(5 * SECOND);
    expect(rig.sink.measurements.length).toBeGreaterThan(before);
    source.end();
  });

  it('nothing is left waiting at the end', async () => {
    for (const variant of Object.keys(PHDC_VARIANTS)) {
      const rig = await readFor(variant, 5 * SECOND);
      expect(rig.pendingJobs()).toBe(0);
    }
  });
});

describe('in a session', () => {
  function sessionOn(rig: PhdcRig) {
    const items: HostItem[] = [];
    const session = createSession({
      adapter: phdcAdapter,
      deviceId: 'ieee11073.phdc:memory',
      streamIdOf: () => 7,
      address: { kind: 'usb', path: '1-1' },
      serialNumber: null,
      openTransport: async () => ({ ok: true, value: rig.transport }),
      locate: async (address) => address,
      publish: (item) => items.push(item),
      time: rig.time,
      random: () => 0.5,
      calibration: () => null,
      carried: () => null,
    });
    const measurements = () =>
      items.flatMap((item) => (item.kind === 'measurement' ? [item.measurement] : []));
    return { session, items, measurements };
  }

  it('values carry who, when and how far the clock was off', async () => {
    const rig = createPhdcRig('glucose-stored', { clockAheadMs: 90 * SECOND });
    const { session, measurements } = sessionOn(rig);
    await rig.advance(20 * SECOND);
    expect(measurements()).toHaveLength(14);
    expect(measurements()[0]).toMatchObject({
      name: 'glucose',
      value: 5.2,
      unit: 'mmol/L',
      origin: 'stored',
      clockOffsetMs: -90 * SECOND,
      device: { adapterId: 'ieee11073.phdc', serialNumber: '00042' },
    });
    expect(await rig.run(session.command({ command: 'setClock' }))).toMatchObject({ ok: true });
    await rig.advance(20 * SECOND);
    expect(session.status()).toMatchObject({ deviceClock: { set: true }, reason: null });
    // What was read before is not told a second time by the start after the command.
    expect(measurements()).toHaveLength(14);
    await rig.run(session.close());
  });

  it('an electrocardiogram becomes blocks of its own rate', async () => {
    const rig = createPhdcRig('ecg');
    const { session, items } = sessionOn(rig);
    await rig.advance(10 * SECOND);
    const descriptor = items.find((item) => item.kind === 'descriptor');
    expect(descriptor).toMatchObject({
      descriptor: { kind: 'ecg', rateHz: 250, leads: [{ name: 'I' }, { name: 'II' }] },
    });
    expect(session.status().counts).toMatchObject({ lost: 0, badFrames: 0, reconnects: 0 });
    expect(session.status().counts.samples).toBeGreaterThan(8 * 250);
    await rig.run(session.close());
  });
});

describe('faults', () => {
  const LIVE = ['oximeter', 'bloodpressure-multi', 'scale', 'thermometer', 'ecg'] as const;

  it('each one has its test', () => {
    expect(Object.keys(PHDC_FAULTS).toSorted()).toEqual([
      'abort',
      'bad-length',
      'duplicate-report',
      'no-answer',
      'oversize-apdu',
      'reject-config-late',
      'release-mid-transfer',
      'special-values',
      'truncated-apdu',
      'unknown-object',
      'wrong-invoke-id',
    ]);
  });

  const damages = ['bad-length', 'truncated-apdu', 'oversize-apdu', 'unknown-object'] as const;
  it.each(damages.flatMap((fault) => LIVE.map((variant) => [fault, variant] as const)))(
    '%s of %s: no value that was not measured',
    async (fault, variant) => {
      const allowed = await truth(variant, MINUTE);
      const { sink, faultsInjected } = await readFor(variant, MINUTE, { [fault]: 2 });
      expect(faultsInjected()).toBeGreaterThan(0);
      expect(sink.badFrames()).toBeGreaterThan(0);
      expect(told(sink.measurements).filter((value) => !allowed.has(value))).toEqual([]);
      if (variant === 'ecg' && fault !== 'unknown-object') {
        expect(sink.samples.length).toBeGreaterThan(0);
        expect(sink.lost(0)).toBeGreaterThan(0);
      }
    },
  );

  it.each(['abort', 'release-mid-transfer', 'duplicate-report'])(
    '%s in the middle of a store: nothing lost, nothing twice',
    async (fault) => {
      for (const variant of ['glucose-stored', 'glucose-roche']) {
        const whole = told((await readFor(variant, MINUTE)).sink.measurements);
        const { sink, faultsInjected } = await readFor(variant, 2 * MINUTE, { [fault]: 2 });
        expect(faultsInjected()).toBeGreaterThan(0);
        expect(told(sink.measurements)).toEqual(whole);
        expect(sink.events).toEqual([{ code: 'downloaded' }]);
      }
    },
  );

  it.each(['truncated-apdu', 'oversize-apdu', 'bad-length'])(
    '%s once in a while: a download is taken up again until it is whole',
    async (fault) => {
      for (const variant of ['glucose-stored', 'glucose-roche']) {
        const rig = createPhdcRig(variant, { faults: { [fault]: 9 } });
        const source = await rig.connect();
        await rig.run(source.start());
        await rig.advance(MINUTE);
        const whole = told((await readFor(variant, MINUTE)).sink.measurements);
        await rig.run(source.stop());
        for (let times = 0; times < 3; times++) {
          rig.sink.measurements.length = 0;
          const again = source.apply({ command: 'download', clear: false });
          expect(await rig.run(again, 3 * MINUTE)).toMatchObject({ ok: true });
          expect(told(rig.sink.measurements)).toEqual(whole);
        }
        expect(rig.faultsInjected()).toBeGreaterThan(0);
        source.end();
      }
    },
  );

  it.each(['truncated-apdu', 'oversize-apdu'])(
    '%s at the same place every time: what was whole is told, and never called all',
    async (fault) => {
      const whole = new Set(told((await readFor('glucose-stored', MINUTE)).sink.measurements));
      const { sink } = await readFor('glucose-stored', MINUTE, { [fault]: 3 });
      expect(sink.measurements.length).toBeGreaterThan(0);
      expect(told(sink.measurements).filter((value) => !whole.has(value))).toEqual([]);
      expect(sink.events).toEqual([]);
    },
  );

  it('abort and release: the agent comes back and goes on', async () => {
    for (const fault of ['abort', 'release-mid-transfer']) {
      const { sink, tape } = await readFor('oximeter', MINUTE, { [fault]: 2 });
      expect(tape.filter((line) => line.startsWith('in e200'))).toHaveLength(2);
      expect(sink.measurements.length).toBeGreaterThan(60);
    }
  });

  it('duplicate reports are answered each time and told once', async () => {
    const allowed = told((await readFor('scale', MINUTE)).sink.measurements);
    const { sink } = await readFor('scale', MINUTE, { 'duplicate-report': 1 });
    expect(told(sink.measurements)).toEqual(allowed);
    const ecg = await readFor('ecg', 20 * SECOND, { 'duplicate-report': 2 });
    expect(ecg.sink.of(0)).toHaveLength(20 * 250);
  });

  it('special values are told as none, with why', async () => {
    const { sink } = await readFor('oximeter', MINUTE, { 'special-values': 1 });
    expect(sink.measurements.length).toBeGreaterThan(60);
    expect(sink.measurements.every(({ value }) => value === null)).toBe(true);
    expect(new Set(sink.measurements.flatMap(({ flags }) => flags))).toEqual(
      new Set(['notAvailable', 'aboveDeviceRange', 'belowDeviceRange', 'deviceError']),
    );
  });

  it('no answer while it is asked who it is', async () => {
    const rig = createPhdcRig('oximeter', { faults: { 'no-answer': 0 } });
    expect(await rig.probe()).toMatchObject({ ok: false, fault: { code: 'DEVICE_NO_ANSWER' } });
    expect(rig.tape.at(-1)).toMatch(/^out e[46]00/);
  });

  it('an agent that measures all the time and stops is silent, until it speaks again', async () => {
    const { sink } = await readFor('oximeter', MINUTE, { abort: 4 });
    expect(sink.qualities).toEqual([['silent'], []]);
    expect((await readFor('thermometer', MINUTE)).sink.qualities).toEqual([]);
  });

  it('no answer while its store is read: said as silence, never as an empty store', async () => {
    const { sink } = await readFor('glucose-stored', MINUTE, { 'no-answer': 1 });
    expect(sink.measurements).toEqual([]);
    expect(sink.events).toEqual([]);
    expect(sink.qualities.at(-1)).toEqual(['silent']);
  });

  it('a configuration that comes too late is not waited for', async () => {
    const rig = createPhdcRig('ecg', { faults: { 'reject-config-late': 12_000 } });
    expect(await rig.probe()).toMatchObject({
      ok: false,
      fault: { code: 'DEVICE_NO_ANSWER', params: { what: 'configuration' } },
    });
    expect(rig.tape).toContain('out e60000020003');
  });

  it('an answer to another question is not believed', async () => {
    const { sink } = await readFor('glucose-stored', 2 * MINUTE, { 'wrong-invoke-id': 2 });
    const whole = told((await readFor('glucose-stored', MINUTE)).sink.measurements);
    expect(told(sink.measurements)).toEqual(whole);
    expect(sink.badFrames()).toBeGreaterThan(0);
  });
});
