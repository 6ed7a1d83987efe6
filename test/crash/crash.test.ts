import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPowerCut, powerCutMissing } from '../../native/power-cut/build.ts';
import { liveAndCrash, type Mode } from './life.ts';
import { CARELESS, CHARIOT } from './subjects/all.ts';
import { addRound, emptyOutcome, isClean, type Outcome } from './tallies.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Each life is two crashes of one folder. */
const ROUNDS = 2;
const LIVES = 2;
/** Three crashes in four make the careless one lose something. */
const CARELESS_LIVES = 8;
const MINUTE = 60_000;

let shim = '';

async function crash(subject: string, mode: Mode, seed: number, into: Outcome): Promise<void> {
  const rounds = await liveAndCrash({ subject, mode, seed, rounds: ROUNDS, shim });
  for (const round of rounds) addRound(into, round, seed);
}

// The long form is test/crash/run.ts.
describe.skipIf(powerCutMissing() !== null)('crashes at random moments', () => {
  beforeAll(async () => {
    shim = await buildPowerCut(ROOT);
  });

  it.each([
    ['killed', 'kill'],
    ['cut off from its power', 'power'],
  ] as const)(
    'take nothing that was promised when the program is %s',
    async (_, mode) => {
      const outcome = emptyOutcome(CHARIOT, mode);
      const seeds = Array.from({ length: LIVES }, (__, life) => life + 1);
      await Promise.all(seeds.map((seed) => crash(CHARIOT, mode, seed, outcome)));
      expect(outcome).toMatchObject({ lost: 0, duplicated: 0, troubles: [] });
      expect(isClean(outcome)).toBe(true);
      expect(outcome.rounds).toBe(LIVES * ROUNDS);
      expect(outcome.acknowledged).toBeGreaterThan(10);
      expect(outcome.lostSignalMs.length).toBeGreaterThan(0);
    },
    MINUTE,
  );

  it(
    'are seen to take what a careless program promised',
    async () => {
      const outcome = emptyOutcome(CARELESS, 'power');
      for (let seed = 1; seed <= CARELESS_LIVES && outcome.lost === 0; seed++) {
        await crash(CARELESS, 'power', seed, outcome);
      }
      expect(outcome.lost).toBeGreaterThan(0);
    },
    MINUTE,
  );
});
