import type { Ask } from './epochCopy.ts';
import type { BlockRange } from './portLink.ts';

type OpenAsk = {
  readonly ask: Ask;
  /** Late blocks of the range that came since it was asked for. */
  readonly seen: Set<number>;
  /** How many the cart has sent; null before it said so. */
  told: number | null;
  lastAtMs: number;
};

/** `told`: blocks of the range in the cart's record. */
export type SettledAsk = { readonly ask: Ask; readonly told: number };

/** So many, since the hub drops what a slow reader leaves lying. */
const MAX_OPEN = 2;
/** Without an answer, and without another block, for so long a range is asked for again. */
const PATIENCE_MS = 3000;

/**
 * The requests under way. The word that a range has been sent travels on another channel than its
 * blocks and may overtake them: a request is settled when both have come.
 */
export class BackfillAsks {
  #open: OpenAsk[] = [];

  /** @returns those of `wanted` that may be sent now; they count as sent. */
  start(wanted: readonly Ask[], nowMs: number): Ask[] {
    const started: Ask[] = [];
    for (const ask of wanted) {
      if (this.#open.length >= MAX_OPEN) {
        break;
      }
      if (!this.#open.some((open) => overlaps(open.ask, ask))) {
        this.#open.push({ ask, seen: new Set(), told: null, lastAtMs: nowMs });
        started.push(ask);
      }
    }
    return started;
  }

  /** A late block has come. @returns whether it was asked for. */
  saw(block: { streamId: number; epoch: number; seq: number }, nowMs: number): boolean {
    const open = this.#open.find(
      ({ ask }) =>
        ask.streamId === block.streamId &&
        ask.epoch === block.epoch &&
        ask.fromSeq <= block.seq &&
        block.seq <= ask.toSeq,
    );
    if (open === undefined) {
      return false;
    }
    open.seen.add(block.seq);
    open.lastAtMs = nowMs;
    return true;
  }

  /** The cart says that it has sent all it holds of a range: ours, or another physician's. */
  told(range: BlockRange, blocks: number, nowMs: number): void {
    const open = this.#open.find(
      ({ ask }) =>
        overlaps(ask, range) && ask.fromSeq === range.fromSeq && ask.toSeq === range.toSeq,
    );
    if (open !== undefined) {
      open.told = blocks;
      open.lastAtMs = nowMs;
    }
  }

  /**
   * Forgets the requests of which no more will come.
   * @returns those of them that were answered.
   */
  takeSettled(nowMs: number): SettledAsk[] {
    const settled: SettledAsk[] = [];
    this.#open = this.#open.filter(({ ask, told, seen, lastAtMs }) => {
      const expired = nowMs - lastAtMs >= PATIENCE_MS;
      const arrived = told !== null && seen.size >= told;
      // Blocks that were sent and did not come so long after were dropped by the hub, or cannot be
      // read: they wait a little, so that others get their turn.
      if (told !== null && (arrived || (expired && !ask.tail))) {
        settled.push({ ask, told });
      }
      return !arrived && !expired;
    });
    return settled;
  }

  /** The channels were lost: what is under way will not come. */
  forget(): void {
    this.#open = [];
  }
}

function overlaps(left: BlockRange, right: BlockRange): boolean {
  return (
    left.streamId === right.streamId &&
    left.epoch === right.epoch &&
    left.fromSeq <= right.toSeq &&
    right.fromSeq <= left.toSeq
  );
}
