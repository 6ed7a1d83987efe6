import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildPowerCut } from '../../native/power-cut/build.ts';
import { powerCutEnvironment, writeControl } from '../../native/power-cut/control.ts';
import { RECOVERED_ITEMS, recoveryMs } from '../crash/recovery.ts';
import type { FsyncFigures, Sample } from './outboxFsyncs.ts';
import type { MemoryFigures, MemorySample } from './outboxMemory.ts';
import { benchExcerpts, benchLooks } from './outboxReading.ts';
import { makeFolder } from './outboxStore.ts';
import { median, medianRatio, type Row, row } from './rows.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What goals.md compares at: fixed, so that a disk that changes its speed says nothing. */
const SYNC_US = 5000;
const MEMORY_ITEMS = 100_000;
const MEMORY_SENT = 10_000;
const MB = 1024 * 1024;

type Options = {
  readonly rounds: number;
  readonly only: string | null;
  readonly say: (words: string) => void;
};

/** A process of its own on the shim: what it says in JSON at its end. */
async function onShim(
  script: string,
  args: readonly string[],
  syncUs: number,
  flags: readonly string[] = [],
): Promise<string> {
  const { folder, remove } = makeFolder();
  try {
    const control = path.join(folder, 'control');
    writeControl(control);
    const shim = await buildPowerCut(ROOT);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...flags, path.join(import.meta.dirname, script), ...args],
      { env: { ...process.env, ...powerCutEnvironment({ shim, control, syncUs }) } },
    );
    return stdout;
  } finally {
    remove();
  }
}

const total = (samples: readonly Sample[], of: 'syncs' | 'items'): number =>
  samples.reduce((sum, one) => sum + one[of], 0);
const perSync = (samples: readonly Sample[]): number =>
  total(samples, 'items') / total(samples, 'syncs');

/** Time an item in ms, the median of each round: one that another process delayed is nobody's figure. */
function msOf(samples: readonly Sample[]): number[] {
  const rounds = [...new Set(samples.map(({ round }) => round))];
  return rounds.map((round) =>
    median(samples.filter((one) => one.round === round).map(({ ms, items }) => ms / items)),
  );
}

const perSecond = (samples: readonly Sample[]): number[] => msOf(samples).map((ms) => 1000 / ms);

async function benchFsyncs(rounds: number): Promise<Row[]> {
  // What the process prints is of this repository.
  const figures = JSON.parse(
    await onShim('outboxFsyncs.ts', [`${rounds}`], SYNC_US),
  ) as FsyncFigures;
  const of = (name: string): readonly Sample[] => figures[name] ?? [];
  return [...countRows(of), ...timeRows(of), ...scaleRows(of)];
}

type Of = (name: string) => readonly Sample[];

function countRows(of: Of): Row[] {
  const acks = perSync(of('ours/producers'));
  const alone = median(of('ours/life').map(({ syncs }) => syncs));
  const batch = 1 / perSync(of('ours/lives'));
  const single = perSync(of('ours/single'));
  return [
    row({
      metric: 'one durable enqueue after the other: acknowledgements an fsync',
      ours: single,
      unit: '',
      comparedWith: 'fsync limit',
      theirs: 1,
      ratio: single,
      goal: 'ratio >= 0.95',
      pass: single >= 0.95,
    }),
    row({
      metric: '50 producers, encrypted: acknowledgements an fsync',
      ours: acks,
      unit: '',
      comparedWith: 'plain store',
      theirs: perSync(of('plain/producers')),
      goal: '>= 42',
      pass: acks >= 42,
    }),
    row({
      metric: 'a whole life alone: fsyncs',
      ours: alone,
      unit: '',
      comparedWith: 'mean, with those that fold the log',
      theirs: 1 / perSync(of('ours/life')),
      goal: '<= 2',
      pass: alone <= 2,
    }),
    row({
      metric: 'a whole life in a batch of 50: fsyncs, with those that fold the log',
      ours: batch,
      unit: '',
      goal: '<= 0.06',
      pass: batch <= 0.06,
    }),
  ];
}

function timeRows(of: Of): Row[] {
  const single = perSecond(of('ours/single'));
  const limit = perSecond(of('limit/single'));
  const ofLimit = medianRatio(single, limit);
  return [
    row({
      metric: 'one durable enqueue after the other, encrypted: rate',
      ours: median(single),
      unit: '/s',
      comparedWith: 'fsync limit (fdatasync of a page)',
      theirs: median(limit),
      ratio: ofLimit,
      goal: 'ratio >= 0.95',
      pass: ofLimit >= 0.95,
    }),
    ...[
      ['producers', '50 producers'],
      ['lives', 'whole lives in batches of 50'],
    ].map(([work = '', words = '']) => costRow(of, work, words)),
  ];
}

/** What encryption costs: the same work, on the same code, but for the cipher. */
function costRow(of: Of, work: string, words: string): Row {
  const ours = msOf(of(`ours/${work}`));
  const theirs = msOf(of(`plain/${work}`));
  const ratio = medianRatio(ours, theirs);
  return row({
    metric: `${words}: time an item, encrypted`,
    ours: median(ours),
    unit: 'ms',
    comparedWith: 'plain store',
    theirs: median(theirs),
    ratio,
    goal: 'ratio <= 1.15',
    pass: ratio <= 1.15,
  });
}

/** Peers acknowledge what a power cut takes back: not to be beaten, but to see what that costs. */
function scaleRows(of: Of): Row[] {
  const ours = perSecond(of('ours/producers'));
  return ['plainjob', 'liteque'].map((peer) => {
    const theirs = perSecond(of(`${peer}/single`));
    return row({
      metric: `for scale: enqueued by 50 producers, against ${peer} as shipped (not power-safe)`,
      ours: median(ours),
      unit: '/s',
      comparedWith: peer,
      theirs: median(theirs),
      ratio: medianRatio(ours, theirs),
      goal: '-',
      pass: true,
    });
  });
}

/** A young generation that does not grow by itself, so that what does is seen. */
const MEMORY_FLAGS = ['--expose-gc', '--max-semi-space-size=2'];

async function benchMemory(): Promise<Row[]> {
  const figures = JSON.parse(
    await onShim('outboxMemory.ts', [`${MEMORY_ITEMS}`, `${MEMORY_SENT}`], 1, MEMORY_FLAGS),
  ) as MemoryFigures;
  return [
    ...memoryRows(`queue, ${MEMORY_ITEMS} items`, figures.queue),
    ...memoryRows(`whole outbox with payloads, ${MEMORY_SENT} items`, figures.outbox),
  ];
}

/** The first three tenths fill what is bounded: the page cache, what is compiled. */
const WARM = 2;
const HEAP_GROWTH_MB = 2;
const RSS_GROWTH_MB = 8;

function memoryRows(what: string, samples: readonly MemorySample[]): Row[] {
  const warm = samples[WARM];
  const end = samples.at(-1);
  const grown = (of: 'heap' | 'rss'): number => ((end?.[of] ?? 0) - (warm?.[of] ?? 0)) / MB;
  return (['heap', 'rss'] as const).map((of) => {
    const limit = of === 'heap' ? HEAP_GROWTH_MB : RSS_GROWTH_MB;
    return row({
      metric: `${what}: ${of} at the end`,
      ours: (end?.[of] ?? Number.NaN) / MB,
      unit: 'MB',
      comparedWith: 'after warm-up',
      theirs: (warm?.[of] ?? Number.NaN) / MB,
      goal: `growth <= ${limit} MB`,
      pass: grown(of) <= limit,
    });
  });
}

const RECOVERY_LIMIT_MS = 500;

async function benchRecovery(): Promise<Row[]> {
  const ms = median(await recoveryMs());
  return [
    row({
      metric: `a start that finds ${RECOVERED_ITEMS} open items, half of them held`,
      ours: ms,
      unit: 'ms',
      goal: `<= ${RECOVERY_LIMIT_MS}`,
      pass: ms <= RECOVERY_LIMIT_MS,
    }),
  ];
}

/** The outbox and its store against the limits of a disk, and two queues of npm. */
export async function benchOutbox({ rounds, only, say }: Options): Promise<Row[]> {
  const parts: Readonly<Record<string, () => Promise<Row[]>>> = {
    fsyncs: () => benchFsyncs(rounds),
    memory: benchMemory,
    recovery: benchRecovery,
    excerpts: benchExcerpts,
    looks: benchLooks,
  };
  const rows: Row[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (only === null || only === name) {
      say(name);
      rows.push(...(await part()));
    }
  }
  return rows;
}
