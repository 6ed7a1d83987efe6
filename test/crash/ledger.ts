import type { Report } from './reports.ts';

/** One life of a recording. */
export interface Recorded {
  readonly recordingId: string;
  readonly epoch: number;
  /** Blocks that were promised, the first ones. */
  promised: number;
  /** Blocks that were measured until the crash. */
  emitted: number;
  /** It was this life that crashed last. */
  isLast: boolean;
}

/** What a folder's life of crashes has promised, and what the destination was given. */
export interface Ledger {
  readonly enqueued: Set<string>;
  readonly done: Set<string>;
  /** By identity: how often the destination was given it. */
  readonly delivered: Map<string, number>;
  /** Given again after the queue had promised not to. */
  readonly duplicated: Set<string>;
  /** SHA-256 of what was captured, by its id. */
  readonly captures: Map<string, string>;
  readonly recordings: Map<string, Recorded>;
  /** Acts of a store that an older Chariot left behind. */
  readonly acts: readonly string[];
  readonly troubles: string[];
  rotations: number;
}

export function emptyLedger(acts: readonly string[] = []): Ledger {
  return {
    acts,
    enqueued: new Set(),
    done: new Set(),
    delivered: new Map(),
    duplicated: new Set(),
    captures: new Map(),
    recordings: new Map(),
    troubles: [],
    rotations: 0,
  };
}

/** The destination: it knows an object by its identity, however often it comes. */
export function receive(ledger: Ledger, id: string): void {
  ledger.delivered.set(id, (ledger.delivered.get(id) ?? 0) + 1);
  if (ledger.done.has(id)) ledger.duplicated.add(id);
}

export function enter(ledger: Ledger, report: Report): void {
  switch (report.is) {
    case 'starting':
    case 'ready':
      return;
    case 'enqueued':
      for (const id of report.ids) ledger.enqueued.add(id);
      return;
    case 'delivered':
      receive(ledger, report.id);
      return;
    case 'done':
      ledger.done.add(report.id);
      return;
    case 'captured':
      ledger.captures.set(report.id, report.sha256);
      return;
    case 'emitted':
      recordedOf(ledger, report).emitted = report.blocks;
      return;
    case 'recorded':
      recordedOf(ledger, report).promised = report.blocks;
      return;
    case 'rotated':
      ledger.rotations += 1;
      return;
    case 'trouble':
      ledger.troubles.push(report.what);
  }
}

function recordedOf(
  ledger: Ledger,
  { recordingId, epoch }: { readonly recordingId: string; readonly epoch: number },
): Recorded {
  const key = `${recordingId}/${epoch}`;
  const blank = { recordingId, epoch, promised: 0, emitted: 0, isLast: true };
  const known = ledger.recordings.get(key) ?? blank;
  known.isLast = true;
  ledger.recordings.set(key, known);
  return known;
}

/** Promises: enqueued items, outcomes, captures, blocks of recordings. */
export function promises(ledger: Ledger): number {
  const blocks = [...ledger.recordings.values()].reduce((sum, { promised }) => sum + promised, 0);
  return ledger.enqueued.size + ledger.done.size + ledger.captures.size + blocks;
}
