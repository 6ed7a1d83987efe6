import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { StreamDescriptor } from '../../src/contracts/devices.ts';
import { encodeBlock } from '../../src/contracts/sampleBlock.ts';
import type { HostTime } from '../../src/devices/_sdk/time.ts';
import type { HostItem } from '../../src/devices/host/bus.ts';
import { createFileSink, type FileSink } from '../../src/devices/host/recorder/fileSink.ts';
import { openRecording } from '../../src/devices/host/recorder/openRecording.ts';
import { createDestinations } from '../../src/main/outbox/destinations.ts';
import { countDeliveries } from '../../src/main/outbox/queue/counts.ts';
import { createQueue } from '../../src/main/outbox/queue/queue.ts';
import { readExcerpt } from '../../src/record/excerpt.ts';
import { newOpenKey } from '../../src/record/sealed/header.ts';
import type { OpenKey } from '../../src/record/sealed/types.ts';
import { openSource } from '../../src/record/source.ts';
import { createRandom } from '../emulators/random.ts';
import { openTestStore } from '../support/testStore.ts';
import { createObjects, makeFolder, must, PACS } from './outboxStore.ts';
import { percentile, type Row, row } from './rows.ts';

const MINUTE_MS = 60_000;
const MINUTES = 60;
const LEADS = 12;
const RATE_HZ = 500;
const BLOCK_MS = 40;
const SAMPLES = (RATE_HZ * BLOCK_MS) / 1000;
/** As the recorder gathers them: one chunk for each tenth of a second. */
const BLOCKS_A_CHUNK = 3;
const EXCERPTS = 200;

const DESCRIPTOR: StreamDescriptor = {
  streamId: 1,
  epoch: 0,
  deviceId: 'bench#1',
  identity: {
    manufacturer: 'Bench',
    model: 'ECG',
    serialNumber: '1',
    firmware: '1',
    adapterId: 'bench',
    adapterVersion: '1',
  },
  kind: 'ecg',
  name: 'main',
  rateHz: RATE_HZ,
  channels: Array.from({ length: LEADS }, (_, code) => ({ code, name: `C${code}`, unit: 'uV' })),
  leads: [],
  calibration: { state: 'none', dueDate: null },
  origin: 'live',
  recordedAt: null,
  startedAt: '2026-11-22T08:00:00.000Z',
};

function blockOf(seq: number, random: () => number): HostItem {
  const name = { streamId: 1, epoch: 0, seq };
  const bytes = encodeBlock({
    ...name,
    flags: 0,
    firstSample: seq * SAMPLES,
    deviceTimeMs: seq * BLOCK_MS,
    hostTimeNs: BigInt((seq + 1) * BLOCK_MS) * 1_000_000n,
    rateHz: RATE_HZ,
    samplesPerChannel: SAMPLES,
    channels: DESCRIPTOR.channels.map(({ code, unit }) => ({ code, flags: 0, unit, scale: 0.1 })),
    samples: Int32Array.from({ length: LEADS * SAMPLES }, () => (random() * 20_000) | 0),
  });
  return { kind: 'block', name, bytes };
}

/** Nothing is written, or synced, but when it is asked for. */
const STILL: HostTime = {
  nowNs: () => 0n,
  after: () => () => undefined,
  wallClock: () => DESCRIPTOR.startedAt,
};

/** An hour of twelve leads, through the device host's own writer. */
async function recordHour(file: string, key: OpenKey): Promise<number> {
  const header = { recordingId: 'bench', createdAt: DESCRIPTOR.startedAt };
  const opened = must(await openRecording(file, header, key));
  const sink = createFileSink({
    opened,
    time: STILL,
    onFault: (fault) => {
      throw new Error(fault?.code ?? 'no fault');
    },
    onWritten: () => undefined,
    onForeign: () => undefined,
  });
  sink.take({ kind: 'descriptor', descriptor: DESCRIPTOR });
  const random = createRandom(1);
  const blocks = (MINUTES * MINUTE_MS) / BLOCK_MS;
  for (let seq = 0; seq < blocks; seq++) {
    await take(sink, blockOf(seq, random), seq % BLOCKS_A_CHUNK === BLOCKS_A_CHUNK - 1);
  }
  if ((await sink.close()) !== null) {
    throw new Error('the recording was not written');
  }
  return blocks;
}

async function take(sink: FileSink, item: HostItem, flush: boolean): Promise<void> {
  if (!sink.take(item) || (flush && (await sink.flush()) !== null)) {
    throw new Error('the disk is behind');
  }
}

/** Any minute of an hour that was sealed: from its file's name to its samples. */
export async function benchExcerpts(): Promise<Row[]> {
  const { folder, remove } = makeFolder();
  try {
    const file = path.join(folder, 'hour.sealed');
    const key = newOpenKey({ generation: 1, key: randomBytes(32) }, randomBytes);
    await recordHour(file, key);
    const what = 'of a sealed hour (12 leads, 500 Hz)';
    return [
      ...rowsOf(
        `the first second of any minute ${what}`,
        await timesOfExcerpts(file, key, 1000),
        50,
      ),
      ...rowsOf(`any whole minute ${what}`, await timesOfExcerpts(file, key, MINUTE_MS), 50),
    ];
  } finally {
    remove();
  }
}

async function timesOfExcerpts(file: string, key: OpenKey, lengthMs: number): Promise<number[]> {
  const times: number[] = [];
  const random = createRandom(2);
  for (let at = 0; at < EXCERPTS; at++) {
    const fromMs = Math.floor(random() * (MINUTES - 1) * MINUTE_MS);
    const started = performance.now();
    const samples = await readFrom(file, key, fromMs, lengthMs);
    times.push(performance.now() - started);
    if (samples < (lengthMs / BLOCK_MS) * SAMPLES) {
      throw new Error('an excerpt that is not whole');
    }
  }
  return times;
}

async function readFrom(
  file: string,
  key: OpenKey,
  fromMs: number,
  lengthMs: number,
): Promise<number> {
  const source = must(await openSource(file, () => key.key));
  try {
    const range = { streamId: 1, fromMs, toMs: fromMs + lengthMs };
    const { epochs } = must(await readExcerpt(source, range));
    const blocks = epochs.flatMap((epoch) => epoch.blocks);
    return blocks.reduce((sum, { samplesPerChannel }) => sum + samplesPerChannel, 0);
  } finally {
    await source.plain.close();
  }
}

const ROWS = 10_000;
const LOOKS = 200;
/** A window's frame: longer would be felt. */
const FRAME_MS = 16;

/** What a screen asks for while ten thousand deliveries wait, are done or are stuck. */
export async function benchLooks(): Promise<Row[]> {
  const { folder, remove } = makeFolder();
  const store = await openTestStore(folder);
  try {
    must(await createDestinations(store).save(PACS));
    const queue = createQueue({ store, now: Date.now, random: Math.random, runId: 'bench' });
    must(await queue.enqueue(Array.from({ length: ROWS }, createObjects())));
    const claimed = must(await queue.claim(PACS.destinationId, ROWS / 2));
    await Promise.all(
      claimed.map(async (one, at) => {
        must(await queue.inFlight(one));
        if (at % 10 === 0) {
          must(await queue.fail(one, { code: 'OUTBOX_REJECTED' }));
        } else {
          must(await queue.done(one, 'confirmed', null));
        }
      }),
    );
    const deep = queue.list({ limit: ROWS / 2 }).at(-1)?.deliveryId ?? 0;
    return [
      ...rowsOf(
        'first 200 of 10 000 deliveries',
        timesOf(() => queue.list({})),
        FRAME_MS,
      ),
      ...rowsOf(
        '200 from the middle',
        timesOf(() => queue.list({ after: deep })),
        FRAME_MS,
      ),
      ...rowsOf(
        'the figures',
        timesOf(() => countDeliveries(store.db, 0)),
        FRAME_MS,
      ),
    ];
  } finally {
    await store.close();
    remove();
  }
}

function timesOf(look: () => unknown): number[] {
  return Array.from({ length: LOOKS }, () => {
    const started = performance.now();
    look();
    return performance.now() - started;
  });
}

function rowsOf(metric: string, times: readonly number[], limitMs: number): Row[] {
  const p99 = percentile(times, 0.99);
  return [
    row({
      metric: `${metric}, p50`,
      ours: percentile(times, 0.5),
      unit: 'ms',
      goal: '-',
      pass: true,
    }),
    row({
      metric: `${metric}, p99`,
      ours: p99,
      unit: 'ms',
      goal: `<= ${limitMs}`,
      pass: p99 <= limitMs,
    }),
  ];
}
