import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnLines } from '../../../src/cli/demo/childLines.ts';
import { median, medianRatio, type Row, row } from '../rows.ts';

type Figures = { cpuPercent: number; frames: number; missing: number; delayMsP50: number };

const FRAMES_PER_SECOND = 1000;

async function readOnce(mode: 'ours' | 'bare', seconds: number): Promise<Figures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chariot-ingest-'));
  const link = path.join(folder, 'pty');
  const stamps = path.join(folder, 'stamps');
  const here = import.meta.dirname;
  const pump = spawnLines(process.execPath, [
    path.join(here, 'pump.ts'),
    link,
    stamps,
    String(FRAMES_PER_SECOND),
  ]);
  try {
    await pump.wait('ready', 10_000);
    const args = [path.join(here, 'reader.ts'), mode, link, stamps, String(seconds)];
    const reader = spawnLines(process.execPath, args);
    try {
      return (await reader.wait('done', seconds * 1000 + 30_000)) as Figures;
    } finally {
      await reader.close();
    }
  } finally {
    await pump.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ours against a bare node-serialport listener with the same parser, interleaved. */
export async function benchIngest(options: { rounds: number; seconds: number }): Promise<Row[]> {
  const ours: Figures[] = [];
  const bare: Figures[] = [];
  for (let round = 0; round < options.rounds; round++) {
    ours.push(await readOnce('ours', options.seconds));
    bare.push(await readOnce('bare', options.seconds));
  }
  const cpu = (figures: readonly Figures[]): number[] => figures.map((run) => run.cpuPercent);
  const delay = (figures: readonly Figures[]): number[] => figures.map((run) => run.delayMsP50);
  const missing = ours.reduce((sum, run) => sum + run.missing, 0);
  const ratio = medianRatio(cpu(ours), cpu(bare));
  const added = median(delay(ours)) - median(delay(bare));
  return [
    row({
      metric: 'device host: CPU at 1000 frames/s (33 kB/s)',
      ours: median(cpu(ours)),
      unit: '% of a core',
      comparedWith: 'bare serialport listener, same parser',
      theirs: median(cpu(bare)),
      ratio,
      goal: 'ratio <= 0.6',
      pass: ratio <= 0.6,
    }),
    row({
      metric: 'device host: delay added by read coalescing, p50',
      ours: median(delay(ours)),
      unit: 'ms',
      comparedWith: 'bare serialport listener',
      theirs: median(delay(bare)),
      goal: 'within 8 ms',
      pass: added <= 8,
    }),
    row({
      metric: 'device host: frames missing at 1000 frames/s',
      ours: missing,
      unit: 'frames',
      goal: '0',
      pass: missing === 0,
    }),
  ];
}
