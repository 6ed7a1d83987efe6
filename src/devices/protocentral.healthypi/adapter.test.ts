import { describe, expect, it } from 'vitest';
import type { AdapterDeps } from '../_sdk/adapter.ts';
import { createRecordingSink } from '../_sdk/recordingSink.ts';
import { createMemoryPair } from '../_transport/memory.ts';
import { healthypiAdapter } from './adapter.ts';
import { MODELS } from './manifest.ts';
import { V4_PAYLOAD_BYTES, V5_PAYLOAD_BYTES } from './openView.ts';
import { sampleBlock, sampleFrames } from './samples.ts';

function bench() {
  const waits: (() => void)[] = [];
  const deps: AdapterDeps = {
    time: {
      nowNs: () => 0n,
      after: (_ms, action) => {
        waits.push(action);
        return () => undefined;
      },
      wallClock: () => '2026-01-01T00:00:00.000Z',
    },
    wire: healthypiAdapter.manifest.wires[0],
    calibration: () => null,
  };
  const pair = createMemoryPair(() => 0n);
  const written: Uint8Array[] = [];
  pair.device.onBytes((bytes) => written.push(bytes));
  const timeIsUp = (): void => {
    for (const act of waits) {
      act();
    }
  };
  return { deps, pair, written, timeIsUp };
}

describe('HealthyPi adapter', () => {
  it.each([
    [MODELS.v4, sampleFrames(V4_PAYLOAD_BYTES, 6)],
    [MODELS.v5, sampleFrames(V5_PAYLOAD_BYTES, 6)],
    [MODELS.v6, sampleBlock(1)],
  ])('knows %s by listening, and writes nothing', async (model, bytes) => {
    const { deps, pair, written } = bench();
    const probing = healthypiAdapter.probe(pair.transport, deps);
    pair.device.send(Uint8Array.from(Buffer.from('Setting up Healthy pI V4...\r\n')));
    pair.device.send(bytes);
    expect(await probing).toMatchObject({ ok: true, value: { model } });
    expect(written).toEqual([]);
  });

  it('says so when it hears something else, or nothing', async () => {
    const { deps, pair, timeIsUp } = bench();
    const probing = healthypiAdapter.probe(pair.transport, deps);
    pair.device.send(Uint8Array.from({ length: 300 }, (_, index) => index & 0xff));
    timeIsUp();
    expect(await probing).toEqual({
      ok: false,
      fault: { code: 'DEVICE_NO_ANSWER', params: { bytes: 300 } },
    });
  });

  it('gives uV only with a scale from a calibration', () => {
    const { deps, pair } = bench();
    const identity = {
      adapterId: 'protocentral.healthypi',
      adapterVersion: '1.0.0',
      manufacturer: 'ProtoCentral',
      model: MODELS.v5,
      serialNumber: null,
      firmware: null,
    };
    const unitOf = (scales: Record<string, number> | null): string | undefined => {
      const calibration = () =>
        scales === null
          ? null
          : { ...identity, scales, madeAt: '2026-01-01T00:00:00Z', dueDate: null };
      const source = healthypiAdapter.open(pair.transport, identity, createRecordingSink(), {
        ...deps,
        calibration,
      });
      return source.streams[0]?.channels[0]?.unit;
    };
    expect(unitOf(null)).toBe('count');
    expect(unitOf({ 'pleth/0': 2 })).toBe('count');
    expect(unitOf({ 'ecg/0': 0.04768 })).toBe('uV');
  });

  it('forgets what came while it was stopped', async () => {
    const { deps, pair } = bench();
    const sink = createRecordingSink();
    const identity = await (async () => {
      const probing = healthypiAdapter.probe(pair.transport, deps);
      pair.device.send(sampleFrames(V4_PAYLOAD_BYTES, 6));
      const probed = await probing;
      if (!probed.ok) {
        throw new Error(probed.fault.code);
      }
      return probed.value;
    })();
    const source = healthypiAdapter.open(pair.transport, identity, sink, deps);
    pair.device.send(sampleFrames(V4_PAYLOAD_BYTES, 50));
    expect(await source.start()).toEqual({ ok: true, value: undefined });
    pair.device.send(sampleFrames(V4_PAYLOAD_BYTES, 3));
    expect(await source.stop()).toEqual({ ok: true, value: undefined });
    expect(sink.of(0).length).toBe(3);
    expect(await source.apply({ command: 'setClock' })).toMatchObject({
      ok: false,
      fault: { code: 'DEVICE_CANNOT' },
    });
  });

  it('reads a trace along, whatever it is of', () => {
    const read = healthypiAdapter.readTrace();
    expect(read('in', sampleFrames(V4_PAYLOAD_BYTES, 2))).toHaveLength(1);
    expect(read('in', sampleBlock(5))).toEqual(['DBLK 5 ECG 2 samples at 160 ms']);
    expect(
      read(
        'in',
        Uint8Array.from({ length: 5000 }, (_, index) => index & 0xff),
      ),
    ).toEqual([]);
  });
});
