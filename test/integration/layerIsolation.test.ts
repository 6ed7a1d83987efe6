import { afterEach, describe, expect, it } from 'vitest';
import { createRandom } from '../emulators/random.ts';
import { arrivalsOf, type Bench, createBench, type Plugged, subjectNamed } from './layerRig.ts';

const SECOND = 1_000;
const CYTON = subjectNamed('openbci.cyton');
const NONIN = subjectNamed('nonin.format2');
const BM58 = subjectNamed('beurer.bm58');
const SERIAL = 'DQ007AAA';

const benches: Bench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) {
    await bench.close();
    expect(bench.bugs).toEqual([]);
    expect(bench.openTransports()).toBe(0);
    expect(bench.pendingJobs()).toBe(0);
  }
});

/** A good ECG beside whatever `others` are; what it gave in ten seconds. */
async function besides(
  others: (bench: Bench) => Promise<(bench: Bench, ms: number) => void>,
): Promise<readonly (readonly [number, number, number])[]> {
  const bench = createBench();
  benches.push(bench);
  bench.plug('/dev/good', bench.device(CYTON, SERIAL));
  const deviceId = await bench.open('/dev/good');
  const each = await others(bench);
  for (let ms = 0; ms < 10 * SECOND; ms += 100) {
    await bench.advance(100);
    each(bench, ms);
  }
  expect(bench.statusOf(deviceId)).toMatchObject({ state: 'streaming', quality: [] });
  return arrivalsOf(bench, deviceId).map(({ block, atMs }) => [block.epoch, block.seq, atMs]);
}

const nothing = async (): Promise<() => void> => () => undefined;

function noise(length: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

describe('one device that misbehaves never slows another', () => {
  it.each([
    [
      'floods with noise that its parser refuses',
      async (bench: Bench) => {
        const bad = bench.device(NONIN, 'N1');
        bench.plug('/dev/bad', bad);
        await bench.open('/dev/bad');
        const flood = noise(16_384, 5);
        return () => bad.line.inject(flood);
      },
    ],
    [
      'never answers',
      async (bench: Bench) => {
        bench.plug('/dev/bad', bench.device(BM58, 'B1', { faults: { silent: 1 } }));
        await bench.open('/dev/bad');
        return () => undefined;
      },
    ],
    [
      'comes and goes twenty times a minute',
      async (bench: Bench) => {
        const bad: Plugged = bench.device(CYTON, 'DQ007BAD');
        bench.plug('/dev/bad', bad);
        await bench.open('/dev/bad');
        return (_: Bench, ms: number) => {
          if (ms % 3_000 === 0) {
            bench.unplug('/dev/bad');
          } else if (ms % 3_000 === 1_500) {
            bench.plug('/dev/bad', bad);
          }
        };
      },
    ],
    [
      'is not there at all',
      async (bench: Bench) => {
        bench.plug('/dev/bad', bench.device(CYTON, 'DQ007BAD'));
        await bench.open('/dev/bad');
        bench.unplug('/dev/bad');
        return () => undefined;
      },
    ],
  ] as const)('one that %s', async (_what, others) => {
    const alone = await besides(nothing);
    expect(alone.length).toBeGreaterThan(200);
    expect(await besides(others)).toEqual(alone);
  });
});
