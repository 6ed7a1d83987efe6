import { BACKFILL_MAX_BLOCKS } from '../../contracts/streamPort.ts';
import { BlockRuns, type Hole } from './blockRuns.ts';
import type { BlockRange } from './portLink.ts';

/** What to ask the cart for. `tail`: blocks that may exist after the last one that arrived. */
export type Ask = BlockRange & { readonly tail: boolean };

/** When to ask again, and whether the record lacked some of it. */
type Doubt = { readonly againMs: number; readonly absent: boolean };

type Span = { readonly fromSeq: number; readonly toSeq: number };

/** Blocks may overtake each other between two channels; a hole that closes by itself is none. */
const GRACE_MS = 300;
/** A device that sends comes more often; silence may hide blocks that were sent while away. */
const QUIET_MS = 3000;
/** A record that lacks a block is asked twice: it may still have been writing it. */
const DOUBT_MS = 1000;

/** The physician's copy of one epoch: what arrived, what to ask for, what nobody has. */
export class EpochCopy {
  readonly runs: BlockRuns;
  readonly #name: { readonly streamId: number; readonly epoch: number };
  /** Spans that the record does not hold. */
  #lost: Span[] = [];
  /** Spans that did not come when asked for. */
  readonly #doubts = new Map<string, Doubt>();
  /** When to look for blocks after the highest; null: all that were sent are known. */
  #tailDueMs: number | null;

  constructor(
    name: { readonly streamId: number; readonly epoch: number },
    from: { readonly seq: number; readonly sample: number },
    nowMs: number,
  ) {
    this.#name = name;
    this.runs = new BlockRuns(from.seq, from.sample);
    this.#tailDueMs = nowMs + QUIET_MS;
  }

  /** Live blocks arrive, or might: their end is not known. */
  growing(nowMs: number): void {
    this.#tailDueMs = nowMs + QUIET_MS;
  }

  /** A later epoch exists: no live block will come, so the end can be asked for. */
  superseded(nowMs: number): void {
    this.#tailDueMs = Math.min(this.#tailDueMs ?? nowMs, nowMs + GRACE_MS);
  }

  /** @returns what should be asked for now, in order, each of at most BACKFILL_MAX_BLOCKS. */
  wanted(nowMs: number): Ask[] {
    const asks: Ask[] = [];
    for (const hole of this.runs.holes()) {
      if (nowMs - hole.sinceMs < GRACE_MS) {
        continue;
      }
      for (const span of this.#without(hole)) {
        for (const part of parts(span)) {
          if ((this.#doubts.get(key(part))?.againMs ?? nowMs) <= nowMs) {
            asks.push({ ...this.#name, ...part, tail: false });
          }
        }
      }
    }
    if (asks.length === 0 && this.#tailDueMs !== null && nowMs >= this.#tailDueMs) {
      const fromSeq = this.runs.nextSeq;
      asks.push({ ...this.#name, fromSeq, toSeq: fromSeq + BACKFILL_MAX_BLOCKS - 1, tail: true });
    }
    return asks;
  }

  /** The cart has answered; `told` blocks of the span are in its record. */
  settled(ask: Ask, told: number, nowMs: number): void {
    const size = sizeOf(ask);
    if (ask.tail) {
      this.#tailDueMs = told === size ? nowMs : null;
      return;
    }
    const absentBefore = this.#doubts.get(key(ask))?.absent === true;
    this.#doubts.delete(key(ask));
    for (const hole of this.runs.holes()) {
      const fromSeq = Math.max(hole.fromSeq, ask.fromSeq);
      const toSeq = Math.min(hole.toSeq, ask.toSeq);
      if (fromSeq > toSeq) {
        continue;
      }
      if (absentBefore && told === 0) {
        this.#lost.push({ fromSeq, toSeq });
      } else {
        const doubt = { againMs: nowMs + DOUBT_MS, absent: told < size };
        this.#doubts.set(key({ fromSeq, toSeq }), doubt);
      }
    }
  }

  /** Samples that are not here, and of them those that the record does not hold either. */
  missing(): { readonly samples: number; readonly lost: number; readonly blocks: number } {
    let samples = 0;
    let lost = 0;
    let blocks = 0;
    for (const hole of this.runs.holes()) {
      const size = hole.toSeq - hole.fromSeq + 1;
      const wanted = this.#without(hole).reduce((sum, span) => sum + sizeOf(span), 0);
      samples += hole.samples;
      lost += Math.round((hole.samples * (size - wanted)) / size);
      blocks += size;
    }
    return { samples, lost, blocks };
  }

  /** Nothing is to be asked for any more. */
  get isWhole(): boolean {
    return (
      this.#tailDueMs === null && this.runs.holes().every((hole) => !this.#without(hole).length)
    );
  }

  /** @returns the hole without what is lost for good. */
  #without(hole: Hole): Span[] {
    let spans: Span[] = [hole];
    for (const lost of this.#lost) {
      spans = spans.flatMap((span) => [
        ...(span.fromSeq < lost.fromSeq
          ? [{ fromSeq: span.fromSeq, toSeq: Math.min(span.toSeq, lost.fromSeq - 1) }]
          : []),
        ...(span.toSeq > lost.toSeq
          ? [{ fromSeq: Math.max(span.fromSeq, lost.toSeq + 1), toSeq: span.toSeq }]
          : []),
      ]);
    }
    return spans;
  }
}

function parts({ fromSeq, toSeq }: Span): Span[] {
  const found: Span[] = [];
  for (let from = fromSeq; from <= toSeq; from += BACKFILL_MAX_BLOCKS) {
    found.push({ fromSeq: from, toSeq: Math.min(toSeq, from + BACKFILL_MAX_BLOCKS - 1) });
  }
  return found;
}

function sizeOf({ fromSeq, toSeq }: Span): number {
  return toSeq - fromSeq + 1;
}

function key({ fromSeq, toSeq }: Span): string {
  return `${String(fromSeq)}-${String(toSeq)}`;
}
