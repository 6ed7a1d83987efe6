import { readFileSync } from 'node:fs';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { z } from 'zod';
import { projectRoot, type Runtime } from './project.ts';

const HubUpSchema = z.object({
  code: z.literal('hub.up'),
  port: z.number(),
  outsidePort: z.number(),
  pid: z.number(),
  workerPid: z.number(),
});
const HostUpSchema = z.object({ code: z.literal('host.up'), pid: z.number() });

export type HubFacts = z.infer<typeof HubUpSchema>;

export type Cart = {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Process of Electron's main. */
  readonly pid: number;
  /** The latest device host. */
  hostPid(): number;
  hub(): HubFacts;
  /** Full garbage collections that a runtime told of (only with V8's --trace-gc). */
  fullCollections(): number;
  /** Log lines heard so far, for a message when something failed. */
  lastWords(): string;
  close(): Promise<void>;
};

export type CartOptions = {
  readonly runtime: Runtime;
  readonly display: string | null;
  readonly devices: readonly string[];
  readonly dataDir: string;
  readonly outsideAddress: string | null;
  readonly camera: string | null;
  readonly size: string;
  readonly appArgs: readonly string[];
};

const START_TIMEOUT_MS = 60_000;

function electronArgs(options: CartOptions): string[] {
  const isRoot = process.getuid?.() === 0;
  return [
    ...(isRoot ? ['--no-sandbox'] : []),
    ...(options.camera === null
      ? []
      : [
          '--use-fake-device-for-media-stream',
          '--use-fake-ui-for-media-stream',
          `--use-file-for-fake-video-capture=${options.camera}`,
        ]),
    projectRoot(),
    ...options.devices.map((device) => `--chariot-device=${device}`),
    `--chariot-data=${options.dataDir}`,
    ...options.appArgs,
    `--chariot-size=${options.size}`,
    ...(options.outsideAddress === null ? [] : [`--chariot-outside=${options.outsideAddress}`]),
  ];
}

/** Starts the real cart window on the runtime that the set-up provided. */
export async function startCart(options: CartOptions): Promise<Cart> {
  let hub: HubFacts | null = null;
  let hostPid = -1;
  let words = '';
  const environment = {
    ...process.env,
    ...(options.display === null ? {} : { DISPLAY: options.display }),
  };
  const app = await keepingSignals(() =>
    _electron.launch({
      executablePath: options.runtime.electron.binary,
      args: electronArgs(options),
      // Chromium refuses its sandbox to root; everyone else gets the real one.
      chromiumSandbox: process.getuid?.() !== 0,
      cwd: projectRoot(),
      env: Object.fromEntries(
        Object.entries(environment).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        ),
      ),
      timeout: START_TIMEOUT_MS,
    }),
  );
  const child = app.process();
  let fullCollections = 0;
  child.stdout?.on('data', (bytes: Buffer) => {
    fullCollections += bytes.toString().split('Mark-Compact').length - 1;
  });
  child.stderr?.on('data', (bytes: Buffer) => {
    words = `${words}${bytes.toString()}`.slice(-6000);
  });
  // The log file has every line; the pipe only those after Playwright let go of the start.
  const logFile = path.join(options.dataDir, 'chariot.log');
  const readFacts = (): boolean => {
    for (const line of readLines(logFile)) {
      const entry = parseLine(line);
      const hubUp = HubUpSchema.safeParse(entry);
      const hostUp = HostUpSchema.safeParse(entry);
      hub = hubUp.success ? hubUp.data : hub;
      hostPid = hostUp.success ? hostUp.data.pid : hostPid;
    }
    return hub !== null && hostPid > 0;
  };
  const close = (): Promise<void> => closeApp(app);
  try {
    const page = await app.firstWindow({ timeout: START_TIMEOUT_MS });
    await waitUntil(readFacts, START_TIMEOUT_MS, 'hub and device host');
    return {
      app,
      page,
      pid: child.pid ?? -1,
      hostPid: () => {
        readFacts();
        return hostPid;
      },
      hub: () => {
        readFacts();
        if (hub === null) {
          throw new Error('the hub is not up');
        }
        return hub;
      },
      fullCollections: () => fullCollections,
      lastWords: () => words,
      close,
    };
  } catch (error) {
    await close();
    throw new Error(`${String(error)}\n${words}`, { cause: error });
  }
}

/**
 * Playwright ends the whole process on a signal before anything else could be closed, and offers no
 * choice for Electron: its handlers are taken off again, so that ours close everything in order.
 */
async function keepingSignals<T>(launch: () => Promise<T>): Promise<T> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const before = new Map(signals.map((signal) => [signal, new Set(process.listeners(signal))]));
  const launched = await launch();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (before.get(signal)?.has(listener) !== true) {
        process.removeListener(signal, listener);
      }
    }
  }
  return launched;
}

async function closeApp(app: ElectronApplication): Promise<void> {
  const child = app.process();
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  try {
    await app.close();
  } catch {
    // It was gone already: closing is what was wanted.
  } finally {
    clearTimeout(timer);
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** @throws Error naming `what` when the condition does not become true in time. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: string,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      throw new Error(`pas obtenu à temps / not in time: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The clip that stands for the camera where the machine has none. */
export function demoCamera(): string {
  return path.join(projectRoot(), 'resources/demo/camera.mjpeg');
}
