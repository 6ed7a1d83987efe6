import { readFileSync } from 'node:fs';
import { waitUntil } from '../../src/cli/demo/cart.ts';
import { type Collector, collect } from '../../src/cli/demo/collector.ts';
import { COUNTED_START, startDevice, stopDevice } from '../../src/cli/demo/deviceRuns.ts';
import { countSamples, delays } from '../../src/cli/demo/figures.ts';
import { physicianFigures } from '../../src/cli/demo/pageLogs.ts';
import { recordingKeys, verifyOnlyRecording } from '../../src/cli/demo/record.ts';
import { openStage, type Stage } from '../../src/cli/demo/stage.ts';
import { type FrameStamp, parseStamps } from '../../src/cli/demo/stamps.ts';
import { bareDataChannel } from './bareDataChannel.ts';
import { median, percentile, type Row, row } from './rows.ts';

/** A block of the Cyton as it travels: 8 channels, two samples each. */
const BLOCK_BYTES = 252;
const BLOCKS_PER_SECOND = 125;
const STALL_MS = 200;
const STALL_EVERY_MS = 10_000;
/** Every collection a full one, in a young generation of 1 MB: far more than a device host needs. */
const GC_STRESS = '--gc-global --max-semi-space-size=1 --trace-gc';

type Window = { readonly fromMs: number; readonly toMs: number };

function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function waitLive(stage: Stage, collector: Collector): Promise<number> {
  await waitUntil(
    async () => {
      const figures = await physicianFigures(stage.physician.page);
      return collector.received.length > 0 && (figures?.video?.framesDecoded ?? 0) > 0;
    },
    60_000,
    'ECG and video',
  );
  await stopDevice(stage);
  return await startDevice(stage, collector);
}

function delaysIn(stage: Stage, log: Collector['drawn'], epoch: number, window: Window): number[] {
  const stamps: FrameStamp[] = parseStamps(readFileSync(stage.stampsFile));
  return delays(stamps, log, { start: COUNTED_START, epoch, ...window });
}

/** Delays of the whole chain, with video beside it, and the bare data channel in the same run. */
export async function benchLatency(options: { rounds: number; seconds: number }): Promise<Row[]> {
  const stage = await openStage({ headless: true, input: null, say: () => undefined });
  const collector = collect({ cart: stage.cart.page, physician: stage.physician.page });
  const screen: { p50: number; p99: number }[] = [];
  const remote: number[] = [];
  const bare: number[] = [];
  try {
    const epoch = await waitLive(stage, collector);
    for (let round = 0; round < options.rounds; round++) {
      const fromMs = nowMs();
      await pause(options.seconds * 1000);
      const window = { fromMs, toMs: nowMs() - 500 };
      await pause(500);
      await collector.drain();
      const drawn = delaysIn(stage, collector.drawn, epoch, window);
      screen.push({ p50: percentile(drawn, 0.5), p99: percentile(drawn, 0.99) });
      remote.push(percentile(delaysIn(stage, collector.received, epoch, window), 0.5));
      const channel = await bareDataChannel({
        executable: stage.runtime.chromium.binary ?? '',
        seconds: options.seconds / 2,
        bytes: BLOCK_BYTES,
        perSecond: BLOCKS_PER_SECOND,
      });
      bare.push(percentile(channel, 0.5));
    }
  } finally {
    await collector.stop();
    await stage.close();
  }
  const p50 = median(screen.map((run) => run.p50));
  const p99 = median(screen.map((run) => run.p99));
  const added = median(remote.map((value, round) => value - (bare[round] ?? Number.NaN)));
  return [
    row({
      metric: 'serial byte to drawn pixel, p50',
      ours: p50,
      unit: 'ms',
      goal: '<= 25 ms',
      pass: p50 <= 25,
    }),
    row({
      metric: 'serial byte to drawn pixel, p99',
      ours: p99,
      unit: 'ms',
      goal: '<= 60 ms',
      pass: p99 <= 60,
    }),
    row({
      metric: 'device to physician’s page, p50',
      ours: median(remote),
      unit: 'ms',
      comparedWith: 'bare data channel, p50',
      theirs: median(bare),
      goal: 'at most 15 ms over it',
      pass: added <= 15,
    }),
  ];
}

/** Minutes of streaming with a main that stalls and a host whose collector works all the time. */
export async function benchLossless(options: { minutes: number }): Promise<Row[]> {
  const stage = await openStage({
    headless: true,
    input: null,
    say: () => undefined,
    appArgs: [`--chariot-host-flags=${GC_STRESS}`],
  });
  const collector = collect({ cart: stage.cart.page, physician: stage.physician.page });
  try {
    const epoch = await waitLive(stage, collector);
    const until = nowMs() + options.minutes * 60_000;
    let stalls = 0;
    while (nowMs() < until) {
      await pause(Math.min(STALL_EVERY_MS, until - nowMs()));
      await stage.cart.app.evaluate((_electron, ms) => {
        const end = Date.now() + ms;
        while (Date.now() < end) {
          // Main is meant to be stuck here.
        }
      }, STALL_MS);
      stalls++;
    }
    await stopDevice(stage);
    await pause(1500);
    await collector.drain();
    return await losslessRows(stage, collector, { epoch, stalls, minutes: options.minutes });
  } finally {
    await collector.stop();
    await stage.close();
  }
}

async function losslessRows(
  stage: Stage,
  collector: Collector,
  run: { readonly epoch: number; readonly stalls: number; readonly minutes: number },
): Promise<Row[]> {
  const produced = parseStamps(readFileSync(stage.stampsFile)).filter(
    ({ startCount }) => startCount === COUNTED_START,
  ).length;
  const report = await verifyOnlyRecording(stage.dataDir, await recordingKeys(stage.dataDir));
  const recorded = report.epochs.find(({ epoch }) => epoch === run.epoch);
  const lost = produced - (recorded?.samples ?? 0);
  const received = countSamples(collector.received, run.epoch);
  const collections = stage.cart.fullCollections();
  const conditions = `${run.minutes} min, ${run.stalls} stalls of main of ${STALL_MS} ms, ${collections} full collections in the host`;
  return [
    row({
      metric: `samples lost between emulator and record (${conditions})`,
      ours: lost,
      unit: `of ${produced} samples`,
      goal: '0',
      pass: lost === 0 && produced > 0 && collections > 0,
    }),
    row({
      metric: 'blocks repeated in the record',
      ours: report.duplicates,
      unit: 'blocks',
      goal: '0',
      pass: report.duplicates === 0,
    }),
    row({
      metric: 'samples missing at the physician’s after the same run',
      ours: produced - received.distinct,
      unit: `of ${produced} samples`,
      goal: '0',
      pass: produced === received.distinct,
    }),
  ];
}
