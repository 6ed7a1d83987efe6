import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StreamDescriptorSchema } from '../../src/contracts/devices.ts';
import type { Result } from '../../src/contracts/faults.ts';
import { encodeBlock } from '../../src/contracts/sampleBlock.ts';
import { systemTime } from '../../src/devices/_sdk/time.ts';
import type { HostItem } from '../../src/devices/host/bus.ts';
import { createFileSink } from '../../src/devices/host/recorder/fileSink.ts';
import { openRecording } from '../../src/devices/host/recorder/openRecording.ts';
import { readExcerpt } from '../../src/record/excerpt.ts';
import { newOpenKey } from '../../src/record/sealed/header.ts';
import type { OpenKey } from '../../src/record/sealed/types.ts';
import { openSource } from '../../src/record/source.ts';
import { createRandom } from '../emulators/random.ts';
import { percentile, type Row, row } from './rows.ts';

const STREAM = 3;
const RATE_HZ = 250;
const SAMPLES = 10;
const BLOCK_MS = (1000 * SAMPLES) / RATE_HZ;
const MINUTE_MS = 60_000;
const LIMIT_MS = 50;

/** Any minute of a long sealed recording of eight channels, from its closed file to its samples. */
export async function benchAnyMinute(options: {
  readonly minutes: number;
  readonly openings: number;
}): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chariot-bench-minute-'));
  const file = path.join(folder, 'a.chariot');
  const key = newOpenKey({ generation: 1, key: randomBytes(32) }, randomBytes);
  try {
    await record(file, key, options.minutes);
    const random = createRandom(1);
    const times: number[] = [];
    for (let opening = 0; opening < options.openings; opening++) {
      const minute = Math.floor(random() * options.minutes);
      times.push(await openMinute(file, key, minute));
    }
    const worst = percentile(times, 0.99);
    const metric = `any minute of a sealed recording of ${options.minutes} min opens, p99`;
    return [
      row({ metric, ours: worst, unit: 'ms', goal: `< ${LIMIT_MS}`, pass: worst < LIMIT_MS }),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function openMinute(file: string, key: OpenKey, minute: number): Promise<number> {
  const started = performance.now();
  const source = must(await openSource(file, () => key.key));
  const fromMs = minute * MINUTE_MS;
  const range = { streamId: STREAM, fromMs, toMs: fromMs + MINUTE_MS };
  const { epochs } = must(await readExcerpt(source, range));
  const took = performance.now() - started;
  await source.plain.close();
  const blocks = epochs.reduce((sum, epoch) => sum + epoch.blocks.length, 0);
  if (blocks < MINUTE_MS / BLOCK_MS) throw new Error(`${blocks} blocks in minute ${minute}`);
  return took;
}

async function record(file: string, key: OpenKey, minutes: number): Promise<void> {
  const header = { recordingId: 'bench', createdAt: new Date().toISOString() };
  const sink = createFileSink({
    opened: must(await openRecording(file, header, key)),
    time: systemTime,
    onFault: () => undefined,
    onWritten: () => undefined,
    onForeign: () => undefined,
  });
  const take = async (item: HostItem): Promise<void> => {
    while (!sink.take(item)) await sink.flush();
  };
  await take({ kind: 'descriptor', descriptor: DESCRIPTOR });
  for (let seq = 0; seq < (minutes * MINUTE_MS) / BLOCK_MS; seq++) {
    await take(block(seq));
    // As the recorder gathers them.
    if (seq % 3 === 2) await sink.flush();
  }
  const fault = await sink.close();
  if (fault !== null) throw new Error(fault.code);
}

const DESCRIPTOR = StreamDescriptorSchema.parse({
  streamId: STREAM,
  epoch: 0,
  deviceId: 'cyton',
  identity: {
    adapterId: 'openbci.cyton',
    adapterVersion: '1',
    manufacturer: 'OpenBCI',
    model: 'Cyton',
    serialNumber: null,
    firmware: null,
  },
  kind: 'ecg',
  rateHz: RATE_HZ,
  channels: Array.from({ length: 8 }, (_, code) => ({ code, name: `${code}`, unit: 'uV' })),
  leads: [],
  calibration: { state: 'none', dueDate: null },
  startedAt: '2026-01-01T00:00:00.000Z',
});

/** Noise: nothing of it is shorter by a compression that the file does not have. */
function block(seq: number): HostItem {
  const name = { streamId: STREAM, epoch: 0, seq };
  const bytes = encodeBlock({
    ...name,
    flags: 0,
    firstSample: seq * SAMPLES,
    deviceTimeMs: seq * BLOCK_MS,
    hostTimeNs: BigInt(seq * BLOCK_MS) * 1_000_000n,
    rateHz: RATE_HZ,
    samplesPerChannel: SAMPLES,
    channels: DESCRIPTOR.channels.map(({ code, unit }) => ({ code, flags: 0, unit, scale: 0.02 })),
    samples: new Int32Array(randomBytes(DESCRIPTOR.channels.length * SAMPLES * 4).buffer),
  });
  return { kind: 'block', name, bytes };
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.code);
  return result.value;
}
