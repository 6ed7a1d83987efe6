import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { startCart, waitUntil } from '../../src/cli/demo/cart.ts';
import { projectRoot, readRuntime } from '../../src/cli/demo/project.ts';
import fr from '../../src/renderer/i18n/fr.json' with { type: 'json' };
import { createCytonEmulator } from '../emulators/cyton/emulator.ts';
import { createEcgModel, DEFAULT_ECG_MODEL } from '../emulators/ecg/dynamicalModel.ts';
import { realClock } from '../emulators/host/clock.ts';
import { createPtyHost } from '../emulators/host/pty.ts';
import { createRandom } from '../emulators/random.ts';
import { percentile, type Row, row } from './rows.ts';

const GONE_MS = 150;
const BACK_MS = 600;
const PATIENCE_MS = 20_000;

/** Times of the page, ms of the wall clock with fractions. */
type Marks = { readonly lostAt: number[]; readonly drawnAt: number[] };

declare global {
  interface Window {
    chariotDiagnostics?: { drainDrawLog?: () => unknown[] };
    hotplugMarks?: { lostAt: number[]; drawnAt: number[]; isLost: boolean };
  }
}

/** Lets the page note when it showed the device as lost, and when it drew again after that. */
async function watchPage(page: Page): Promise<void> {
  await page.evaluate((lostText) => {
    const marks = { lostAt: [] as number[], drawnAt: [] as number[], isLost: false };
    window.hotplugMarks = marks;
    const now = (): number => performance.timeOrigin + performance.now();
    const look = (): void => {
      const shown = document.body.textContent.includes(lostText);
      if (shown && !marks.isLost) {
        marks.isLost = true;
        // In this frame it is painted.
        requestAnimationFrame(() => marks.lostAt.push(now()));
      }
      if (!shown && marks.isLost) {
        marks.isLost = false;
      }
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    const drain = (): void => {
      const drawn = window.chariotDiagnostics?.drainDrawLog?.() ?? [];
      if (drawn.length > 0) {
        marks.drawnAt.push(now());
      }
      requestAnimationFrame(drain);
    };
    requestAnimationFrame(drain);
  }, fr.device.state.lost);
}

async function marksOf(page: Page): Promise<Marks> {
  return await page.evaluate(() => ({
    lostAt: [...(window.hotplugMarks?.lostAt ?? [])],
    drawnAt: [...(window.hotplugMarks?.drawnAt ?? [])].slice(-200),
  }));
}

const now = (): number => performance.timeOrigin + performance.now();

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** The real window and a pty: pulled and plugged so often, at moments that do not repeat. */
export async function benchHotplug(options: {
  readonly cycles: number;
  readonly display: string | null;
}): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chariot-hotplug-'));
  const link = path.join(folder, 'cyton');
  const random = createRandom(7);
  const host = createPtyHost({
    device: createCytonEmulator({ source: createEcgModel(DEFAULT_ECG_MODEL) }),
    link,
    clock: realClock,
  });
  await host.plug();
  const cart = await startCart({
    runtime: readRuntime(projectRoot()),
    display: options.display,
    devices: [`openbci.cyton@${link}`],
    dataDir: path.join(folder, 'data'),
    outsideAddress: null,
    camera: null,
    size: '1280x800',
    appArgs: [],
  });
  const gone: number[] = [];
  const back: number[] = [];
  try {
    await watchPage(cart.page);
    const drawn = async (since: number): Promise<number | undefined> =>
      (await marksOf(cart.page)).drawnAt.find((at) => at >= since);
    await waitUntil(async () => (await drawn(0)) !== undefined, PATIENCE_MS, 'the first trace');
    const before = openFiles(cart.hostPid());
    for (let cycle = 0; cycle < options.cycles; cycle++) {
      await sleep(200 + random() * 300);
      const losses = (await marksOf(cart.page)).lostAt.length;
      const pulledAt = now();
      process.kill(host.socatPid() ?? -1, 'SIGKILL');
      let lostAt: number | undefined;
      await waitUntil(
        async () => {
          lostAt = (await marksOf(cart.page)).lostAt[losses];
          return lostAt !== undefined && !host.isPlugged();
        },
        PATIENCE_MS,
        'the loss on screen',
      );
      gone.push((lostAt ?? Number.NaN) - pulledAt);
      await sleep(random() * 1500);
      const pluggedAt = now();
      await host.replug();
      let drawnAt: number | undefined;
      await waitUntil(
        async () => {
          drawnAt = await drawn(pluggedAt);
          return drawnAt !== undefined;
        },
        PATIENCE_MS,
        'data after the replug',
      );
      back.push((drawnAt ?? Number.NaN) - pluggedAt);
    }
    await sleep(500);
    const leaked = openFiles(cart.hostPid()) - before;
    return rowsOf(options.cycles, gone, back, leaked);
  } finally {
    await cart.close();
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(
  cycles: number,
  gone: readonly number[],
  back: readonly number[],
  leaked: number,
): Row[] {
  const gone99 = percentile(gone, 0.99);
  const back99 = percentile(back, 0.99);
  return [
    row({
      metric: `hot-plug: unplugged to shown as lost, p50 of ${cycles}`,
      ours: percentile(gone, 0.5),
      unit: 'ms',
      goal: `p99 <= ${GONE_MS}`,
      pass: gone99 <= GONE_MS,
    }),
    row({
      metric: `hot-plug: unplugged to shown as lost, p99 of ${cycles}`,
      ours: gone99,
      unit: 'ms',
      goal: `<= ${GONE_MS}`,
      pass: gone99 <= GONE_MS,
    }),
    row({
      metric: `hot-plug: plugged in to drawn again, p50 of ${cycles}`,
      ours: percentile(back, 0.5),
      unit: 'ms',
      goal: `p99 <= ${BACK_MS}`,
      pass: back99 <= BACK_MS,
    }),
    row({
      metric: `hot-plug: plugged in to drawn again, p99 of ${cycles}`,
      ours: back99,
      unit: 'ms',
      goal: `<= ${BACK_MS}`,
      pass: back99 <= BACK_MS,
    }),
    row({
      metric: `hot-plug: files left open after ${cycles} cycles`,
      ours: leaked,
      unit: 'descriptors',
      goal: '0',
      pass: leaked <= 0,
    }),
  ];
}
