import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { powerCutEnvironment } from '../../native/power-cut/control.ts';
import { buildImage } from '../../native/power-cut/image.ts';
import type { Random, Tally } from '../../native/power-cut/sectors.ts';
import { createRandom } from '../emulators/random.ts';
import { emptyLedger, enter, type Ledger, promises, receive } from './ledger.ts';
import { findSubject } from './subjects/all.ts';
import type { Findings } from './subjects/subject.ts';
import { killedVictim, type VictimOptions } from './victim.ts';

export type Mode = 'kill' | 'power';

export interface LifeOptions {
  readonly subject: string;
  readonly mode: Mode;
  readonly seed: number;
  /** Crashes of the same folder, one after the other. */
  readonly rounds: number;
  /** The compiled shim; used by `power`. */
  readonly shim: string;
}

/** What one crash did. */
export interface RoundResult {
  /** Promises of this round. */
  readonly acknowledged: number;
  readonly lost: readonly string[];
  readonly duplicated: readonly string[];
  readonly troubles: readonly string[];
  readonly openMs: number;
  /** Signal that was measured and is not in its recording; null: nothing was recorded. */
  readonly lostSignalMs: number | null;
  readonly tally: Tally | null;
}

/** Cost of a sync, microseconds: the windows between a write and its sync differ with it. */
const SYNC_US = [200, 1000, 5000] as const;
/**
 * How long a victim lives. opening: it is seldom done with opening, migrating, recovering. long: the
 * recorder has synced more than once.
 */
const LIVES = {
  opening: { share: 0.25, from: 'starting', least: 0, most: 250 },
  long: { share: 0.15, from: 'enqueued', least: 800, most: 2500 },
  short: { share: 0.6, from: 'enqueued', least: 20, most: 400 },
} as const;
/** Lives that begin with what an older version left behind. */
const OLDER = 0.4;

interface Places {
  readonly top: string;
  readonly data: string;
  readonly base: string;
  readonly journal: string;
  readonly control: string;
}

/** Crashes one folder again and again; at the end all that waits is sent to the destination. */
export async function liveAndCrash(options: LifeOptions): Promise<RoundResult[]> {
  const random = createRandom(options.seed);
  const places = makePlaces();
  const { leaveOlder } = findSubject(options.subject);
  const isOlder = leaveOlder !== undefined && random() < OLDER;
  const ledger = emptyLedger(isOlder ? await leaveOlder(places.data, random) : []);
  const results: RoundResult[] = [];
  try {
    for (let round = 1; round <= options.rounds; round++) {
      const isLast = round === options.rounds;
      results.push(await crashOnce(options, places, ledger, random, isLast));
    }
  } finally {
    rmSync(places.top, { recursive: true, force: true });
  }
  return results;
}

function makePlaces(): Places {
  const top = mkdtempSync(path.join(os.tmpdir(), 'chariot-crash-'));
  const at = (name: string) => path.join(top, name);
  mkdirSync(at('data'));
  return {
    top,
    data: at('data'),
    base: at('base'),
    journal: at('journal'),
    control: at('control'),
  };
}

async function crashOnce(
  { subject, mode, shim }: LifeOptions,
  places: Places,
  ledger: Ledger,
  random: Random,
  isLast: boolean,
): Promise<RoundResult> {
  const before = promises(ledger);
  const env = mode === 'power' ? powerEnvironment(places, shim, random) : {};
  const lives = drawLife(random);
  const seed = Math.floor(random() * 2 ** 31);
  const reports = await killedVictim({ subject, folder: places.data, seed, env, ...lives });
  for (const report of reports) enter(ledger, report);
  const promised = promises(ledger);
  const tally = mode === 'power' ? cutPower(places, random) : null;
  const deliver = isLast ? (id: string) => receive(ledger, id) : null;
  const findings = await inspect(subject, places.data, ledger, deliver);
  const { lost, troubles } = judge(ledger, findings, isLast);
  const duplicated = [...ledger.duplicated];
  ledger.duplicated.clear();
  const acknowledged = promised - before;
  for (const id of lost) forget(ledger, id);
  const { openMs, lostSignalMs = null } = findings;
  return { acknowledged, lost, duplicated, troubles, openMs, lostSignalMs, tally };
}

function drawLife(random: Random): Pick<VictimOptions, 'from' | 'livesMs'> {
  const draw = random();
  const { opening, long, short } = LIVES;
  const kind = draw < opening.share ? opening : draw < opening.share + long.share ? long : short;
  return { from: kind.from, livesMs: kind.least + random() * (kind.most - kind.least) };
}

function powerEnvironment(places: Places, shim: string, random: Random): Record<string, string> {
  const { base, data, journal, control } = places;
  for (const old of [base, journal, control]) rmSync(old, { recursive: true, force: true });
  cpSync(data, base, { recursive: true });
  const syncUs = SYNC_US[Math.floor(random() * SYNC_US.length)] ?? SYNC_US[0];
  return powerCutEnvironment({ shim, control, folder: data, journal, syncUs });
}

function cutPower({ base, data, journal, top }: Places, random: Random): Tally {
  const target = path.join(top, 'image');
  const tally = buildImage({ base, journal, target, random });
  rmSync(data, { recursive: true });
  renameSync(target, data);
  return tally;
}

/** What throws here would have kept the program from starting again. */
async function inspect(
  subject: string,
  folder: string,
  ledger: Ledger,
  deliver: ((id: string) => void) | null,
): Promise<Findings> {
  try {
    return await findSubject(subject).inspect({ folder, ledger, deliver });
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { openMs: 0, troubles: [`does not open: ${what}`], waiting: [], done: [] };
  }
}

/** Compares what was promised with what is there. */
function judge(ledger: Ledger, findings: Findings, isLast: boolean) {
  const { waiting, done, troubles } = findings;
  const found = new Set([...waiting, ...done]);
  const finished = new Set(done);
  const twice = waiting.length + done.length - found.size;
  const lost = [
    ...(findings.lost ?? []),
    ...[...ledger.enqueued].filter((id) => !found.has(id)),
    ...[...ledger.done].filter((id) => !finished.has(id)).map((id) => `outcome of ${id}`),
    ...(isLast ? [...ledger.enqueued].filter((id) => !ledger.delivered.has(id)) : []),
  ];
  const told = [...troubles, ...ledger.troubles.splice(0)];
  return {
    lost: [...new Set(lost)],
    troubles: twice === 0 ? told : [...told, `${twice} in the queue twice`],
  };
}

/** What was counted as lost once is not counted again at the next crash of the same folder. */
function forget(ledger: Ledger, lost: string): void {
  ledger.enqueued.delete(lost);
  ledger.done.delete(lost.replace('outcome of ', ''));
}
