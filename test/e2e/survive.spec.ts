import { expect, test } from '@playwright/test';
import { waitUntil } from '../../src/cli/demo/cart.ts';
import { listDevices } from '../../src/cli/demo/cartCalls.ts';
import { type Collector, collect } from '../../src/cli/demo/collector.ts';
import { countSamples } from '../../src/cli/demo/figures.ts';
import { type PhysicianFigures, physicianFigures } from '../../src/cli/demo/pageLogs.ts';
import { recordingKeys, verifyOnlyRecording } from '../../src/cli/demo/record.ts';
import { openStage, type Stage } from '../../src/cli/demo/stage.ts';
import type { Unwrap } from '../../src/record/sealed/types.ts';
import fr from '../../src/renderer/i18n/fr.json' with { type: 'json' };

let stage: Stage;
let collector: Collector;
let keys: Unwrap | null = null;

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

test.beforeAll(async () => {
  stage = await openStage({ headless: false, input: null, say: () => undefined });
  collector = collect({ cart: stage.cart.page, physician: stage.physician.page });
  await waitUntil(
    async () => (await decoded()) > 0 && live(0) !== undefined,
    60_000,
    'consultation',
  );
});

test.afterAll(async () => {
  await collector.stop();
  await stage.close();
});

async function figures(): Promise<PhysicianFigures | null> {
  return await physicianFigures(stage.physician.page);
}

async function decoded(): Promise<number> {
  return (await figures())?.video?.framesDecoded ?? 0;
}

/** First sample that the physician received live at or after a time. */
function live(fromMs: number): { atMs: number; epoch: number } | undefined {
  return collector.received.find(({ late, atMs }) => !late && atMs >= fromMs);
}

function drawnAfter(fromMs: number): { atMs: number; epoch: number } | undefined {
  return collector.drawn.find(({ atMs }) => atMs >= fromMs);
}

function epochNow(): number {
  return collector.drawn.at(-1)?.epoch ?? -1;
}

async function deviceState(): Promise<string> {
  return (await listDevices(stage.cart.page))[0]?.state ?? 'none';
}

async function drainUntil(
  condition: () => boolean,
  timeoutMs: number,
  what: string,
): Promise<void> {
  await waitUntil(
    async () => {
      await collector.drain();
      return condition();
    },
    timeoutMs,
    what,
  );
}

async function readRecording() {
  keys ??= await recordingKeys(stage.dataDir);
  return await verifyOnlyRecording(stage.dataDir, keys);
}

/** Starts watching how evenly the window draws; the result is the longest pause between frames, ms. */
async function watchFrames(): Promise<() => Promise<number>> {
  await stage.cart.page.evaluate(() => {
    const scope = globalThis as unknown as { longestFrameMs: number };
    scope.longestFrameMs = 0;
    let last = performance.now();
    const frame = (): void => {
      const now = performance.now();
      scope.longestFrameMs = Math.max(scope.longestFrameMs, now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  return () =>
    stage.cart.page.evaluate(
      () => (globalThis as unknown as { longestFrameMs: number }).longestFrameMs,
    );
}

test('an unplugged device is told at once, and streams again when it is back', async () => {
  const before = epochNow();
  const unpluggedAt = nowMs();
  stage.emulator.process.send('unplug');
  await waitUntil(async () => (await deviceState()) === 'lost', 2_000, 'state lost');
  await expect(stage.cart.page.getByText(fr.device.state.lost).first()).toBeVisible();
  expect(nowMs() - unpluggedAt).toBeLessThan(5_000);

  stage.emulator.process.send('replug');
  await drainUntil(() => epochNow() > before, 15_000, 'a new epoch drawn');
  expect(await deviceState()).toBe('streaming');
  await drainUntil(
    () => collector.received.some(({ epoch, late }) => !late && epoch === epochNow()),
    15_000,
    'the physician',
  );
  const report = await readRecording();
  expect(report.events.map(({ code }) => code)).toContain('gap');
});

test('a killed device host is back by itself, the gap is marked, the window draws on', async () => {
  const before = epochNow();
  const longestFrame = await watchFrames();
  const killedAt = nowMs();
  process.kill(stage.cart.hostPid(), 'SIGKILL');
  await drainUntil(() => epochNow() > before, 10_000, 'a new epoch drawn');
  const resumedMs = (drawnAfter(killedAt + 1)?.atMs ?? Number.NaN) - killedAt;
  const firstOfNew = collector.drawn.find(({ epoch }) => epoch > before)?.atMs ?? Number.NaN;
  expect(resumedMs).toBeLessThanOrEqual(firstOfNew - killedAt);
  expect(await longestFrame()).toBeLessThan(1_000);
  const report = await readRecording();
  expect(report.damagedRuns).toBe(0);
  expect(report.duplicates).toBe(0);
  expect(report.missingBlocks).toBe(0);
  expect(report.events.filter(({ code }) => code === 'hostRestarted')).toHaveLength(1);
});

test('a killed hub is started again, and both sides come back without a reload', async () => {
  const framesBefore = await decoded();
  const { pid } = stage.cart.hub();
  const killedAt = nowMs();
  process.kill(pid, 'SIGKILL');
  await waitUntil(() => stage.cart.hub().pid !== pid, 15_000, 'another hub');
  const upAt = nowMs();
  await drainUntil(() => live(upAt + 500) !== undefined, 30_000, 'live blocks at the physician’s');
  await waitUntil(
    async () => {
      const frames = await decoded();
      return frames > 0 && frames !== framesBefore;
    },
    30_000,
    'video at the physician’s',
  );
  await waitUntil(async () => (await figures())?.link.samplesMissing === 0, 30_000, 'back-fill');
  expect(live(killedAt)).toBeDefined();
});

test('after 20 s without a link everything is back within 8 s, and the physician’s copy complete', async () => {
  await collector.drain();
  const epoch = epochNow();
  const before = await figures();
  await stage.link.cut();
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  const framesBefore = await decoded();
  const upAt = await stage.link.restore();
  await drainUntil(() => live(upAt) !== undefined, 30_000, 'live blocks');
  await waitUntil(
    async () => {
      const frames = await decoded();
      return frames > 0 && frames !== framesBefore;
    },
    30_000,
    'video',
  );
  const videoBackMs = nowMs() - upAt;
  expect((live(upAt)?.atMs ?? Number.NaN) - upAt).toBeLessThan(8_000);
  expect(videoBackMs).toBeLessThan(8_000);

  await waitUntil(async () => (await figures())?.link.samplesMissing === 0, 30_000, 'back-fill');
  await collector.drain();
  const counted = countSamples(collector.received, epoch);
  expect(counted.holes).toBe(0);
  expect(counted.repeated).toBe(0);
  const late = ((await figures())?.link.samplesLate ?? 0) - (before?.link.samplesLate ?? 0);
  expect(late).toBeGreaterThan(19 * 250);
});
