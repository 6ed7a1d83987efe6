import type { Random } from '../../../native/power-cut/sectors.ts';
import type { Ledger } from '../ledger.ts';
import type { Tell } from '../reports.ts';

/** A durable queue, and what else is kept beside it, as the child works on it. */
export interface Session {
  /** Things to do at random, each any number of times and beside the others. */
  readonly deeds: ReadonlyArray<() => Promise<void> | void>;
  readonly close: () => Promise<void> | void;
}

export interface SessionOptions {
  readonly folder: string;
  readonly tell: Tell;
  readonly random: Random;
}

/** What was found in a folder after a crash. */
export interface Findings {
  /** From the start of opening until work could go on. */
  readonly openMs: number;
  /** Everything that is not as it was promised, besides what the ledger finds itself. */
  readonly troubles: readonly string[];
  /** Identities that are in the queue, or were, and are not done. */
  readonly waiting: readonly string[];
  /** Identities that the queue knows to be done. */
  readonly done: readonly string[];
  /** Anything else that was promised and is not there. */
  readonly lost?: readonly string[];
  /** Signal that was measured and is not in its recording; null: nothing was recorded. */
  readonly lostSignalMs?: number | null;
}

export interface InspectOptions {
  readonly folder: string;
  readonly ledger: Ledger;
  /** Sends all that waits to the destination, as a program does that was started again. */
  readonly deliver: ((id: string) => void) | null;
}

export interface Subject {
  readonly name: string;
  /** Leaves what an older version would have. @returns acts that must survive. */
  readonly leaveOlder?: (folder: string, random: Random) => Promise<readonly string[]>;
  readonly open: (options: SessionOptions) => Promise<Session>;
  readonly inspect: (options: InspectOptions) => Promise<Findings>;
}
