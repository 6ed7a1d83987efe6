import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { cpuMsOf } from '../../src/cli/demo/processes.ts';
import { projectRoot } from '../../src/cli/demo/project.ts';
import { median, medianRatio, type Row, row } from './rows.ts';

const MODES = ['view', 'plainSweep', 'uplot'] as const;
type Mode = (typeof MODES)[number];
type Outcome = { fps: number; lateFrames: number; cpuMsPerFrame: number };

const WARM_UP_SECONDS = 2;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

async function servePage(): Promise<Server> {
  const folder = path.join(projectRoot(), 'dist/renderer/bench');
  const server = createServer((request, response) => {
    const name = path.normalize(new URL(request.url ?? '/', 'http://x').pathname);
    const file = path.join(folder, name === '/' ? 'index.html' : name);
    try {
      const bytes = readFileSync(file);
      response.setHeader('content-type', TYPES[path.extname(file)] ?? 'text/plain');
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

type PageResult = { fps: number; lateFrames: number; frames: number };

function runInPage(page: Page, mode: Mode, seconds: number): Promise<PageResult> {
  return page.evaluate(
    ([name, length]) => {
      const scope = globalThis as unknown as {
        startEcgBench(options: object): Promise<PageResult>;
      };
      return scope.startEcgBench({ mode: name, leads: 12, rateHz: 1000, seconds: length });
    },
    [mode, seconds] as const,
  );
}

/** Loading and compiling a page is no part of a frame: each mode warms up before it is counted. */
async function runMode(page: Page, mode: Mode, seconds: number): Promise<Outcome> {
  await page.reload();
  await runInPage(page, mode, WARM_UP_SECONDS);
  const before = cpuMsOf('--type=renderer');
  const result = await runInPage(page, mode, seconds);
  const cpuMsPerFrame = (cpuMsOf('--type=renderer') - before) / Math.max(1, result.frames);
  return { fps: result.fps, lateFrames: result.lateFrames, cpuMsPerFrame };
}

async function launch(executable: string): Promise<Browser> {
  return await chromium.launch({
    executablePath: executable,
    headless: true,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-accelerated-2d-canvas',
      '--disable-background-networking',
      '--disable-quic',
    ],
  });
}

/** The product's own view against a plain sweep and uPlot on the same blocks, interleaved. */
export async function benchView(options: {
  executable: string;
  rounds: number;
  seconds: number;
}): Promise<Row[]> {
  const server = await servePage();
  const browser = await launch(options.executable);
  const outcomes: Record<Mode, Outcome[]> = { view: [], plainSweep: [], uplot: [] };
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    for (let round = 0; round < options.rounds; round++) {
      for (const mode of MODES) {
        outcomes[mode].push(await runMode(page, mode, options.seconds));
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
  return viewRows(outcomes);
}

function viewRows(outcomes: Readonly<Record<Mode, readonly Outcome[]>>): Row[] {
  const cpu = (mode: Mode): number[] => outcomes[mode].map((run) => run.cpuMsPerFrame);
  const fps = (mode: Mode): number => median(outcomes[mode].map((run) => run.fps));
  const late = 100 * median(outcomes.view.map((run) => run.lateFrames));
  const toSweep = medianRatio(cpu('view'), cpu('plainSweep'));
  const toUplot = medianRatio(cpu('view'), cpu('uplot'));
  return [
    row({
      metric: 'ECG view 12 x 1000 Hz, 1920x1080, no GPU: frame rate',
      ours: fps('view'),
      unit: 'fps',
      comparedWith: 'plain sweep',
      theirs: fps('plainSweep'),
      goal: '>= 59.5 fps',
      pass: fps('view') >= 59.5,
    }),
    row({
      metric: 'ECG view: frames later than 25 ms',
      ours: late,
      unit: '%',
      goal: '<= 0.5 %',
      pass: late <= 0.5,
    }),
    row({
      metric: 'ECG view: renderer CPU per frame against a plain sweep',
      ours: median(cpu('view')),
      unit: 'ms',
      comparedWith: 'plain sweep',
      theirs: median(cpu('plainSweep')),
      ratio: toSweep,
      goal: 'ratio <= 1.3',
      pass: toSweep <= 1.3,
    }),
    row({
      metric: 'ECG view: renderer CPU per frame against uPlot',
      ours: median(cpu('view')),
      unit: 'ms',
      comparedWith: 'uPlot 1.6.32',
      theirs: median(cpu('uplot')),
      ratio: toUplot,
      goal: 'ratio <= 0.1',
      pass: toUplot <= 0.1,
    }),
  ];
}
