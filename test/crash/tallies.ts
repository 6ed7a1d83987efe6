import type { Mode, RoundResult } from './life.ts';

/** What many rounds of one subject and mode came to. */
export interface Outcome {
  readonly subject: string;
  readonly mode: Mode;
  rounds: number;
  roundsWithLoss: number;
  acknowledged: number;
  lost: number;
  duplicated: number;
  /** Anything else that is not as it should be; each with the seed of its life. */
  readonly troubles: string[];
  readonly openMs: number[];
  /** Of each crash of a recording. */
  readonly lostSignalMs: number[];
  sectorsLost: number;
  namesLost: number;
}

export function emptyOutcome(subject: string, mode: Mode): Outcome {
  return {
    subject,
    mode,
    rounds: 0,
    roundsWithLoss: 0,
    acknowledged: 0,
    lost: 0,
    duplicated: 0,
    troubles: [],
    openMs: [],
    lostSignalMs: [],
    sectorsLost: 0,
    namesLost: 0,
  };
}

export function addRound(outcome: Outcome, round: RoundResult, seed: number): void {
  outcome.rounds += 1;
  outcome.roundsWithLoss += round.lost.length > 0 ? 1 : 0;
  outcome.acknowledged += round.acknowledged;
  outcome.lost += round.lost.length;
  outcome.duplicated += round.duplicated.length;
  outcome.openMs.push(round.openMs);
  if (round.lostSignalMs !== null) outcome.lostSignalMs.push(round.lostSignalMs);
  outcome.sectorsLost += round.tally?.sectorsLost ?? 0;
  outcome.namesLost += round.tally?.namesLost ?? 0;
  outcome.troubles.push(...round.troubles.map((what) => `seed ${seed}: ${what}`));
}

export function isClean({ lost, duplicated, troubles }: Outcome): boolean {
  return lost === 0 && duplicated === 0 && troubles.length === 0;
}

/** The value below which this share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** The most of a recording that one crash took; null: there was none. */
export function worstSignalMs({ lostSignalMs }: Pick<Outcome, 'lostSignalMs'>): number | null {
  return lostSignalMs.length === 0 ? null : Math.max(...lostSignalMs);
}

export function describeOutcome(outcome: Outcome): string {
  const { subject, mode, rounds, acknowledged, lost, duplicated, troubles, openMs } = outcome;
  const share = acknowledged === 0 ? 0 : (100 * lost) / acknowledged;
  return (
    `${subject} ${mode}: ${rounds} rounds, ${acknowledged} acknowledged, ${lost} lost ` +
    `(${share.toFixed(1)} %, in ${outcome.roundsWithLoss} rounds), ${duplicated} duplicated, ` +
    `${troubles.length} troubles, opened in ${quantile(openMs, 0.5).toFixed(0)} ms ` +
    `(p99 ${quantile(openMs, 0.99).toFixed(0)})${describeSignal(outcome)}`
  );
}

function describeSignal(outcome: Outcome): string {
  const worst = worstSignalMs(outcome);
  if (worst === null) return '';
  const { lostSignalMs } = outcome;
  return (
    `, signal lost in ${lostSignalMs.length} recordings at most ${worst} ms ` +
    `(p50 ${quantile(lostSignalMs, 0.5)}, p99 ${quantile(lostSignalMs, 0.99)})`
  );
}
