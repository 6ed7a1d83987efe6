import { describe, expect, it } from 'vitest';
import type { FaultCode } from '../../contracts/faults.ts';
import { failed, ok } from '../../contracts/faults.ts';
import type { AdapterModule, Wire } from '../_sdk/adapter.ts';
import { systemTime } from '../_sdk/time.ts';
import { identify } from './identify.ts';
import { createMemoryPair } from './memory.ts';

const SLOW: Wire = { kind: 'serial', name: 'slow', baudRate: 9_600 };
const FAST: Wire = { kind: 'serial', name: 'fast', baudRate: 115_200 };
const ADDRESS = { kind: 'serial', path: '/dev/ttyUSB0' } as const;

/** Every question that is asked is noted, as `<adapter> <wire>`. */
function stage() {
  const asked: string[] = [];
  let openNow = 0;
  const open = async () => {
    openNow++;
    const { transport } = createMemoryPair(systemTime.nowNs);
    void transport.closed.then(() => openNow--);
    return ok(transport);
  };
  const adapter = (
    adapterId: string,
    listensOnly: boolean,
    answers: (wire: Wire) => FaultCode | null,
  ): AdapterModule => ({
    manifest: {
      adapterId,
      adapterVersion: '1.0.0',
      manufacturer: 'Maker',
      model: 'Model',
      kind: 'health',
      wires: [SLOW, FAST],
      fingerprints: [],
      streams: [],
      measurements: [],
      capabilities: [],
      caveats: [],
      listensOnly,
      quietMs: null,
      silentMs: null,
      replay: null,
      sources: [],
    },
    probe: async (_, { wire }) => {
      asked.push(`${adapterId} ${wire.name}`);
      const code = answers(wire);
      return code === null
        ? ok({
            adapterId,
            adapterVersion: '1.0.0',
            manufacturer: 'Maker',
            model: 'Model',
            serialNumber: 'S1',
            firmware: null,
          })
        : failed(code);
    },
    open: () => {
      throw new Error('identify opens no session');
    },
    readTrace: () => () => [],
  });
  return { asked, open, adapter, opened: () => openNow };
}

const candidate = (adapterId: string, score: number, wire: string | null = null) => ({
  adapterId,
  score,
  wire,
});

describe('identify', () => {
  it('lets listeners listen first, asks the likeliest next, and tries each of its wires', async () => {
    const { asked, open, adapter, opened } = stage();
    const adapters = [
      adapter('asks', false, (wire) => (wire === FAST ? null : 'DEVICE_NO_ANSWER')),
      adapter('unlikely', false, () => null),
      adapter('listens', true, () => 'DEVICE_NO_ANSWER'),
    ];
    const candidates = [candidate('asks', 15), candidate('unlikely', 10), candidate('listens', 10)];
    const found = await identify({ address: ADDRESS, candidates }, adapters, open, systemTime);
    expect(found).toMatchObject({ ok: true, value: { adapterId: 'asks', wire: FAST } });
    expect(asked).toEqual(['listens slow', 'listens fast', 'asks slow', 'asks fast']);
    expect(opened()).toBe(0);
  });

  it('begins with the wire that the fingerprint names', async () => {
    const { asked, open, adapter } = stage();
    const candidates = [candidate('asks', 10, 'fast')];
    const adapters = [adapter('asks', false, () => null)];
    await identify({ address: ADDRESS, candidates }, adapters, open, systemTime);
    expect(asked).toEqual(['asks fast']);
  });

  it('does not open what nobody knows', async () => {
    const { adapter, open } = stage();
    let opens = 0;
    const counting = () => {
      opens++;
      return open();
    };
    const adapters = [adapter('asks', false, () => null)];
    const unknown = { address: ADDRESS, candidates: [] };
    expect(await identify(unknown, adapters, counting, systemTime)).toMatchObject({
      fault: { code: 'DEVICE_UNKNOWN_ADAPTER' },
    });
    expect(opens).toBe(0);
  });

  it('fails as the likeliest did, and asks no further where the address is the trouble', async () => {
    const { asked, open, adapter, opened } = stage();
    const adapters = [
      adapter('likely', false, () => 'DEVICE_WRONG_IDENTITY'),
      adapter('listens', true, () => 'DEVICE_NO_ANSWER'),
    ];
    const candidates = [candidate('likely', 15), candidate('listens', 10)];
    const sighting = { address: ADDRESS, candidates };
    expect(await identify(sighting, adapters, open, systemTime)).toMatchObject({
      fault: { code: 'DEVICE_WRONG_IDENTITY' },
    });
    expect(opened()).toBe(0);
    asked.length = 0;
    const busy = async () => failed('DEVICE_BUSY', { path: ADDRESS.path });
    expect(await identify(sighting, adapters, busy, systemTime)).toMatchObject({
      fault: { code: 'DEVICE_BUSY' },
    });
    expect(asked).toEqual([]);
  });
});
