import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnLines } from '../../../src/cli/demo/childLines.ts';
import { type Row, row } from '../rows.ts';

type Counts = { samples: number; lost: number; badFrames: number; reconnects: number };
type Done = { counts: readonly Counts[]; cpuPercent: number };

const PORTS = 4;
/** 921600 baud are 92160 bytes a second: 2793 frames of 33 bytes. */
const FRAMES_PER_SECOND = 2793;
const BURSTS = 3;
const BURST_BYTES_PER_SECOND = 10_000_000;

async function pumped(
  args: readonly string[],
  ports: number,
  seconds: number,
): Promise<{ sent: number[]; done: Done }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chariot-ports-'));
  const here = import.meta.dirname;
  const [mode = '', ...rest] = args;
  const pump = spawnLines(process.execPath, [path.join(here, 'pump.ts'), mode, folder, ...rest]);
  try {
    await pump.wait('ready', 30_000);
    const links = Array.from({ length: ports }, (_, index) => path.join(folder, `port${index}`));
    const program = path.join(here, 'reader.ts');
    const reader = spawnLines(process.execPath, [program, String(seconds), ...links]);
    try {
      const done = (await reader.wait('done', seconds * 1000 + 60_000)) as unknown as Done;
      pump.send('stats');
      const { sent } = (await pump.wait('stats', 10_000)) as unknown as { sent: number[] };
      return { sent, done };
    } finally {
      await reader.close();
    }
  } finally {
    await pump.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

/** Four ports at once, each as fast as 921600 baud allow; every frame is counted at both ends. */
export async function benchPorts(options: { minutes: number }): Promise<Row[]> {
  const seconds = options.minutes * 60;
  const args = ['steady', String(PORTS), String(FRAMES_PER_SECOND)];
  const { sent, done } = await pumped(args, PORTS, seconds);
  const missing = sum(sent) - sum(done.counts.map((one) => one.samples));
  const told = sum(done.counts.map((one) => one.lost + one.badFrames + one.reconnects));
  return [
    row({
      metric: `ingest: frames lost on ${PORTS} ports x 92 kB/s in ${options.minutes} min`,
      ours: missing,
      unit: `of ${sum(sent)} frames`,
      goal: '0, and none told as lost',
      pass: missing === 0 && told === 0 && sum(sent) > seconds * PORTS * FRAMES_PER_SECOND * 0.9,
    }),
    row({
      metric: `ingest: CPU for ${PORTS} ports x 92 kB/s, blocks decoded`,
      ours: done.cpuPercent,
      unit: '% of a core',
      goal: 'below 100',
      pass: done.cpuPercent < 100,
    }),
  ];
}

/** A pty pushes back where a UART would overrun: what is shown is that the host keeps up or counts. */
export async function benchBursts(): Promise<Row[]> {
  const args = ['burst', String(BURSTS), String(BURST_BYTES_PER_SECOND)];
  const { sent, done } = await pumped(args, 1, BURSTS * 2 + 6);
  const [counts] = done.counts;
  const missing = sum(sent) - (counts?.samples ?? 0) - (counts?.lost ?? 0);
  return [
    row({
      metric: `ingest: frames of ${BURSTS} bursts of 10 MB/s neither given nor counted`,
      ours: missing,
      unit: `of ${sum(sent)} frames, ${counts?.lost ?? 0} told as lost`,
      goal: '0',
      pass: missing === 0 && sum(sent) > 0,
    }),
  ];
}
