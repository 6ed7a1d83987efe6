import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { spawnLines } from '../../src/cli/demo/childLines.ts';
import { startEmulator } from '../../src/cli/demo/emulator.ts';
import { projectRoot, type Runtime } from '../../src/cli/demo/project.ts';
import { collectFirstTrace } from './firstTrace.ts';
import { median, medianRatio, type Row, row } from './rows.ts';

const START_LIMIT_MS = 60_000;

function rootArgs(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/** Time from spawning Electron until it says `code` on stderr, ms; then it is ended. */
async function timeUntil(
  binary: string,
  args: readonly string[],
  display: string | null,
  code: string,
): Promise<number> {
  const startedAt = performance.now();
  const child: ChildProcess = spawn(binary, [...rootArgs(), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...(display === null ? {} : { DISPLAY: display }) },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    return await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no '${code}'`)), START_LIMIT_MS);
      child.once('exit', () => reject(new Error(`ended before '${code}'`)));
      if (child.stderr !== null) {
        createInterface({ input: child.stderr }).on('line', (line) => {
          if (line.includes(`"code":"${code}"`)) {
            clearTimeout(timer);
            resolve(performance.now() - startedAt);
          }
        });
      }
    });
  } finally {
    child.kill();
    await ended;
  }
}

async function timeEmptyWindow(runtime: Runtime, display: string | null): Promise<number> {
  const profile = mkdtempSync(path.join(tmpdir(), 'chariot-empty-'));
  try {
    const app = path.join(projectRoot(), 'test/bench/emptyApp');
    return await timeUntil(
      runtime.electron.binary,
      [`--user-data-dir=${profile}`, app],
      display,
      'shown',
    );
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

/** The device's own share: from opening its port to its first sample, in a process that runs already. */
async function timeDevice(): Promise<number> {
  return await onEmulator(async (pty) => {
    const reader = spawnLines(process.execPath, [
      path.join(projectRoot(), 'test/bench/firstSample.ts'),
      pty,
    ]);
    try {
      return Number((await reader.wait('first', 15_000))['ms']);
    } finally {
      await reader.close();
    }
  });
}

async function onEmulator<T>(use: (pty: string, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chariot-start-'));
  const pty = path.join(folder, 'cyton');
  const emulator = await startEmulator({ pty, stamps: path.join(folder, 'stamps'), input: null });
  try {
    return await use(pty, folder);
  } finally {
    await emulator.process.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Cold start to the first drawn sample, against an empty window of the same runtime. */
export async function benchStart(options: {
  runtime: Runtime;
  display: string | null;
  rounds: number;
}): Promise<Row[]> {
  const ours: number[] = [];
  const limits: number[] = [];
  const empty: number[] = [];
  const device: number[] = [];
  for (let round = 0; round < options.rounds; round++) {
    ours.push(
      await onEmulator((pty, folder) =>
        collectFirstTrace(options.runtime, options.display, pty, folder),
      ),
    );
    const window = await timeEmptyWindow(options.runtime, options.display);
    const own = await timeDevice();
    empty.push(window);
    device.push(own);
    limits.push(1.5 * window + own);
  }
  const ratio = medianRatio(ours, limits);
  return [
    row({
      metric: 'cold start to the first ECG trace',
      ours: median(ours),
      unit: 'ms',
      comparedWith: `1.5 x empty window (${Math.round(median(empty))} ms) + device (${Math.round(median(device))} ms)`,
      theirs: median(limits),
      ratio,
      goal: 'ratio <= 1',
      pass: ratio <= 1,
    }),
  ];
}
