// Kills and power cuts at random moments of the store, the outbox and the recorder at work.
//   node test/crash/run.ts [--rounds 300] [--seed N] [--mode kill|power|both] [--peers] [--only NAME]
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildPowerCut, powerCutMissing } from '../../native/power-cut/build.ts';
import { liveAndCrash, type Mode } from './life.ts';
import { RECOVERED_ITEMS, recoveryMs } from './recovery.ts';
import { CARELESS, CHARIOT, PEERS } from './subjects/all.ts';
import {
  addRound,
  describeOutcome,
  emptyOutcome,
  isClean,
  type Outcome,
  worstSignalMs,
} from './tallies.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Crashes of one folder; what earlier ones left must survive the later ones. */
const ROUNDS_A_LIFE = 5;
/** Rounds that show that a loss would be seen. */
const CONTROL_ROUNDS = 10;
const AT_ONCE = 2;
/** P1 of the goals: ten thousand open items. */
const RECOVERY_LIMIT_MS = 500;
/** Signal that a crash may take. */
const SIGNAL_LIMIT_MS = 1000;

interface Plan {
  readonly subject: string;
  readonly mode: Mode;
  readonly rounds: number;
  readonly seed: number;
  readonly shim: string;
}

async function crash({ subject, mode, rounds, seed, shim }: Plan): Promise<Outcome> {
  const outcome = emptyOutcome(subject, mode);
  const lives = Math.ceil(rounds / ROUNDS_A_LIFE);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < lives) {
      const life = next++;
      const left = Math.min(ROUNDS_A_LIFE, rounds - life * ROUNDS_A_LIFE);
      const lifeSeed = seed + life;
      const options = { subject, mode, seed: lifeSeed, rounds: left, shim };
      for (const round of await liveAndCrash(options)) addRound(outcome, round, lifeSeed);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  console.log(describeOutcome(outcome));
  for (const trouble of outcome.troubles.slice(0, 5)) console.log(`  ${trouble}`);
  return outcome;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '300' },
      seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
      mode: { type: 'string', default: 'both' },
      peers: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const modes = (['kill', 'power'] as const).filter((one) => [one, 'both'].includes(values.mode));
  return { ...values, modes, rounds: Number(values.rounds), seed: Number(values.seed) };
}

async function main(): Promise<number> {
  const missing = powerCutMissing();
  const { rounds, seed, modes, peers, only } = readOptions();
  if (missing !== null || modes.length === 0 || !(rounds > 0)) {
    console.error(
      missing ?? 'usage: --rounds N --seed N --mode kill|power|both --peers --only NAME',
    );
    return 2;
  }
  const shim = await buildPowerCut(ROOT);
  const started = performance.now();
  console.log(`seed ${seed}`);
  const own: Outcome[] = [];
  for (const mode of modes) {
    own.push(await crash({ subject: only ?? CHARIOT, mode, rounds, seed, shim }));
  }
  if (only !== undefined) return own.every(isClean) ? 0 : 1;
  const control = await crash({
    subject: CARELESS,
    mode: 'power',
    rounds: CONTROL_ROUNDS,
    seed,
    shim,
  });
  const others = peers ? PEERS.flatMap((subject) => modes.map((mode) => ({ subject, mode }))) : [];
  for (const other of others) await crash({ ...other, rounds, seed, shim });
  const recovery = await recoveryMs();
  const sum = (field: 'acknowledged' | 'lost' | 'duplicated') =>
    own.reduce((total, outcome) => total + outcome[field], 0);
  const troubles = own.reduce((total, outcome) => total + outcome.troubles.length, 0);
  const seconds = (performance.now() - started) / 1000;
  const signal = own.map((outcome) => ({ ...outcome, worst: worstSignalMs(outcome) }));
  const isGood =
    own.every(isClean) &&
    control.lost > 0 &&
    recovery.every((ms) => ms <= RECOVERY_LIMIT_MS) &&
    signal.every(({ worst }) => worst !== null && worst <= SIGNAL_LIMIT_MS);
  console.log(
    `crash: ${isGood ? 'ok' : 'FAILED'}, ${modes.map((mode) => `${rounds} ${mode}`).join(' + ')} ` +
      `rounds in ${seconds.toFixed(0)} s, ${sum('acknowledged')} acknowledged, ` +
      `${sum('lost')} lost, ${sum('duplicated')} duplicated, ${troubles} troubles; ` +
      `worst signal at risk ${signal.map(({ mode, worst }) => `${worst ?? 'unmeasured'} ms (${mode})`).join(', ')}; ` +
      `${RECOVERED_ITEMS} open items recovered in ${recovery.map((ms) => ms.toFixed(0)).join(', ')} ms; ` +
      `careless control lost ${control.lost} of ${control.acknowledged}; seed ${seed}`,
  );
  return isGood ? 0 : 1;
}

process.exitCode = await main();
