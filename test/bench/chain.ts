import { openDisplay } from '../../src/cli/demo/display.ts';
import { projectRoot, readRuntime } from '../../src/cli/demo/project.ts';
import { benchIngest } from './ingest/ingest.ts';
import { benchLatency, benchLossless } from './live.ts';
import type { Row } from './rows.ts';
import { benchStart } from './start.ts';
import { benchView } from './view.ts';

export type ChainOptions = {
  /** Length of the lossless run; the goal is stated for ten. */
  readonly minutes: number;
  readonly rounds: number;
  readonly only: string | null;
  readonly say: (words: string) => void;
};

/** From the device's port to both screens. */
export async function benchChain(options: ChainOptions): Promise<Row[]> {
  const runtime = readRuntime(projectRoot());
  const { rounds, minutes } = options;
  const parts: Readonly<Record<string, () => Promise<Row[]>>> = {
    ingest: () => benchIngest({ rounds, seconds: 10 }),
    view: () => benchView({ executable: runtime.chromium.binary ?? '', rounds, seconds: 8 }),
    start: () => onDisplay((display) => benchStart({ runtime, display, rounds })),
    latency: () => benchLatency({ rounds, seconds: 20 }),
    lossless: () => benchLossless({ minutes }),
  };
  const rows: Row[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (options.only === null || options.only === name) {
      options.say(`bench chain: ${name}…`);
      rows.push(...(await part()));
    }
  }
  return rows;
}

export async function onDisplay<T>(use: (display: string | null) => Promise<T>): Promise<T> {
  const display = await openDisplay(true);
  try {
    return await use(display.name);
  } finally {
    await display.close();
  }
}
