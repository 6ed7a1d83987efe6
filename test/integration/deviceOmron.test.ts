import { describe, expect, it } from 'vitest';
import { hem790itAdapter } from '../../src/devices/omron.hem790it/adapter.ts';
import { omron } from '../emulators/omron/definition.ts';
import { type AdapterRigOptions, createAdapterRig, downloadOnce, wordsOf } from './adapterRig.ts';

const run = (options: AdapterRigOptions = {}) => downloadOnce(hem790itAdapter, omron, options);

describe('HEM-790IT adapter on the emulated monitor', () => {
  it('reads both memories, each under its user', async () => {
    const rig = createAdapterRig(hem790itAdapter, omron);
    expect(await rig.probe()).toMatchObject({ ok: true, value: { firmware: 'M7080IT 207' } });
    const source = rig.open();
    expect(await rig.settle(source.start())).toEqual({ ok: true, value: undefined });
    await rig.advance(5_000);
    expect(rig.events).toEqual(['downloaded']);
    expect(wordsOf(rig)).toEqual(
      expect.arrayContaining([
        'systolicPressure 112  userA good  2007-01-03T00:06:51#A1',
        'diastolicPressure 75  userA good  2007-01-03T00:06:51#A1',
        'cuffPulseRate 71  userA good  2007-01-03T00:06:51#A1',
      ]),
    );
    const sites = new Set(rig.measurements.map(({ site }) => site));
    expect(sites).toEqual(new Set(['userA', 'userB']));
  });

  it.each([
    ['bad-xor', 3],
    ['no-record', 2],
    ['truncated', 4],
  ] as const)('gives the same through %s', async (name, value) => {
    const clean = await run();
    const { ended, words, rig } = await run({ faults: { [name]: value } });
    expect(rig.device.faultsInjected()).toBeGreaterThan(0);
    expect([ended, words]).toEqual(['ok', clean.words]);
  });

  it.each([
    ['bad-xor', 1, 'DEVICE_PROTOCOL'],
    ['truncated', 1, 'DEVICE_NO_ANSWER'],
    ['count-lies', 2, 'DEVICE_PROTOCOL'],
    ['silent', 0, 'DEVICE_NO_ANSWER'],
    ['silent', 6, 'DEVICE_NO_ANSWER'],
    ['no-record', 1, 'DEVICE_PROTOCOL'],
    ['power-off', 6, 'DEVICE_UNPLUGGED'],
  ] as const)('never gives a value that is not the monitor’s: %s %i', async (name, value, code) => {
    const clean = await run();
    const { ended, words } = await run({ faults: { [name]: value } });
    expect(ended).toBe(code);
    expect(words.filter((word) => !clean.words.includes(word))).toEqual([]);
  });

  it('says why when the transport has no feature reports', async () => {
    const rig = createAdapterRig(hem790itAdapter, {
      ...omron,
      create: (options) => {
        const { control: _control, ...rest } = omron.create(options);
        return { ...rest, control: () => null };
      },
    });
    expect(await rig.probe()).toMatchObject({ fault: { code: 'DEVICE_TRANSPORT_FAILED' } });
  });
});
