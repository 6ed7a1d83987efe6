import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastCpuMs } from '../_sdk/cpuTime.ts';
import { createRecordingSink } from '../_sdk/recordingSink.ts';
import type { HostTime } from '../_sdk/time.ts';
import { createMemoryPair } from '../_transport/memory.ts';
import { phdcAdapter } from './adapter.ts';
import { fuzzTarget } from './fuzz.ts';
import { createManager } from './manager.ts';

const time: HostTime = {
  nowNs: () => 0n,
  after: () => () => undefined,
  wallClock: () => '2026-11-22T08:30:00.000Z',
};

const seeds = fuzzTarget.seeds();
const mutated = fc
  .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 4 }))
  .map(([seed, changes]) => {
    const bytes = seed.slice();
    for (const [at, value] of changes) {
      bytes[at % bytes.length] = value;
    }
    return bytes;
  });
const anything = fc.oneof(mutated, fc.uint8Array({ maxLength: 200 }));

describe('whatever arrives', () => {
  it('never throws in the parsers, and every seed is believed', () => {
    const whole = fuzzTarget.create();
    for (const seed of seeds) {
      whole.push(seed);
    }
    expect(whole.accepted()).toBe(seeds.length);
    const target = fuzzTarget.create();
    fc.assert(fc.property(anything, (bytes) => target.push(bytes)));
  });

  it('never throws in a manager, whatever state it is in', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 30 }), (transfers) => {
        const manager = createManager({ time, send: () => undefined, onBad: () => undefined });
        void manager.associate(10_000);
        for (const bytes of transfers) {
          manager.receive(bytes, 0n);
        }
        manager.end();
      }),
    );
  });

  it('is refused when a single bit of a length or of its nesting is wrong', async () => {
    const report = seeds[2];
    for (const at of [2, 3, 4, 5, 10, 11, 20, 21, 26, 27, 28, 29]) {
      for (let bit = 0; bit < 8; bit++) {
        const bytes = Uint8Array.from(report ?? []);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(await valuesOf(bytes)).toEqual([]);
      }
    }
    expect(await valuesOf(Uint8Array.from(report ?? []))).toHaveLength(4);
  });

  it('takes under 10 ms for 64 KiB', () => {
    const target = fuzzTarget.create();
    const worst = [
      Uint8Array.from({ length: 64_512 }, () => 0),
      // A report whose list claims to have 65535 empty observations.
      Uint8Array.from({ length: 64_512 }, (_, at) => HEADER[at] ?? 0),
    ];
    for (const bytes of worst) {
      expect(leastCpuMs(() => target.push(bytes))).toBeLessThan(10);
    }
  });
});

/** E7, lengths that fit 64512 bytes, confirmed event, 0D1D, 16121 observations of nothing. */
const HEADER = Buffer.from(
  'e700fbfc' +
    'fbfa' +
    '0001' +
    '0101' +
    'fbf4' +
    '0000' +
    '00000000' +
    '0d1d' +
    'fbea' +
    'f0000000' +
    '3ef8' +
    'fbe2',
  'hex',
);

/** An agent that has no attributes to tell. */
const NOTHING_TO_TELL = Buffer.from('e700000e000c000102030006000000000000', 'hex');

/** What a session would be told of one transfer of a blood pressure monitor. */
async function valuesOf(bytes: Uint8Array): Promise<unknown[]> {
  const pair = createMemoryPair(time.nowNs);
  const sink = createRecordingSink();
  const [wire] = phdcAdapter.manifest.wires;
  const deps = { time, wire, calibration: () => null };
  const identity = {
    adapterId: 'ieee11073.phdc',
    adapterVersion: '1.0.0',
    manufacturer: '',
    model: '',
    serialNumber: null,
    firmware: null,
  };
  const source = phdcAdapter.open(pair.transport, identity, sink, deps);
  void source.start();
  const [request] = seeds;
  pair.device.send(request ?? new Uint8Array());
  await new Promise((resolve) => setImmediate(resolve));
  pair.device.send(NOTHING_TO_TELL);
  await new Promise((resolve) => setImmediate(resolve));
  pair.device.send(bytes);
  source.end();
  return sink.measurements;
}
