import { EPOCHS_PER_START } from '../../contracts/sampleBlock.ts';
import { BackfillAsks } from './backfillAsks.ts';
import { type Ask, EpochCopy } from './epochCopy.ts';
import type { BlockRange } from './portLink.ts';

export type ReceivedBlock = {
  readonly streamId: number;
  readonly epoch: number;
  readonly seq: number;
  readonly firstSample: number;
  readonly samples: number;
  /** Came out of the cart's record, not live. */
  readonly late: boolean;
};

/**
 * - live: new, and the newest;
 * - late: new, but after its time;
 * - duplicate: it was there already;
 * - foreign: no part of the copy: another physician asked for it, or it is older than the copy.
 */
export type Arrival = 'live' | 'late' | 'duplicate' | 'foreign';

/** Samples of one channel each. */
export type ReceivedSnapshot = {
  readonly blocks: number;
  readonly samples: number;
  /** Not here now: to be back-filled, or lost. */
  readonly missingSamples: number;
  readonly missingBlocks: number;
  /** Of the missing ones, those that the cart's record does not hold either. */
  readonly lostSamples: number;
  readonly lateSamples: number;
  readonly backfilledSamples: number;
  readonly duplicates: number;
  /** Everything is here that was ever sent, but for what is lost. */
  readonly complete: boolean;
};

/** Of one session of the cart's record: epochs count up in it. */
type StreamCopy = {
  readonly epochs: Map<number, EpochCopy>;
  newest: number;
};

/** Epochs that began while we were away and are asked for. A device replugged more often is broken. */
const MAX_EPOCHS_BACK = 256;
/** Of a start of the host that ended unseen, so many epochs beyond the last known are asked for. */
const EPOCHS_BEYOND = 4;

/**
 * Keeps the books of the physician's copy. It begins with the first block of a stream that ever
 * arrived; from there on nothing may be missing, including epochs that began and ended unseen.
 */
export class ReceivedLog {
  readonly #streams = new Map<number, StreamCopy>();
  /** Start of the newest described epoch of each stream. */
  readonly #startedAt = new Map<number, { readonly epoch: number; readonly startedAt: string }>();
  readonly #asks = new BackfillAsks();
  #counts = { blocks: 0, samples: 0, lateSamples: 0, backfilledSamples: 0, duplicates: 0 };
  /** Missing from copies that the cart cannot complete any more. */
  #abandoned = { samples: 0, blocks: 0 };

  receive(block: ReceivedBlock, nowMs: number): Arrival {
    const asked = block.late && this.#asks.saw(block, nowMs);
    const copy = block.late ? this.#find(block) : this.#findOrOpen(block, nowMs);
    if (copy === undefined) {
      return 'foreign';
    }
    const highest = copy.runs.highest;
    const isNew = copy.runs.add(block.seq, block.firstSample, block.samples, nowMs);
    this.#settle(nowMs);
    if (!isNew) {
      if (block.late && !asked) {
        return 'foreign';
      }
      this.#counts.duplicates += 1;
      return 'duplicate';
    }
    const inTime = !block.late && (highest === null || block.seq > highest);
    this.#count(block, inTime);
    if (!block.late) {
      this.#grow(block, copy, nowMs);
    }
    return inTime ? 'live' : 'late';
  }

  /**
   * The cart describes an epoch. Where an epoch begins anew the cart has another record, and what
   * is missing from the former one stays so.
   */
  describe(
    descriptor: { readonly streamId: number; readonly epoch: number; readonly startedAt: string },
    nowMs: number,
  ): void {
    const { streamId, epoch, startedAt } = descriptor;
    const known = this.#startedAt.get(streamId);
    this.#startedAt.set(streamId, { epoch, startedAt });
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      return;
    }
    const began = known?.epoch === epoch && known.startedAt !== startedAt;
    if (began || epoch < stream.newest) {
      this.#abandon(stream);
      this.#streams.set(streamId, { epochs: new Map(), newest: -1 });
    }
    this.#openUpTo(streamId, epoch, nowMs);
  }

  /** The connection is new: nothing asked before will come, and blocks may have been missed. */
  resumed(nowMs: number): void {
    this.#asks.forget();
    for (const { epochs, newest } of this.#streams.values()) {
      epochs.get(newest)?.growing(nowMs);
    }
  }

  /** @returns what to ask the cart for now; it counts as asked for. To be called often. */
  due(nowMs: number): Ask[] {
    this.#settle(nowMs);
    const wanted = [...this.#copies()].flatMap((copy) => copy.wanted(nowMs));
    // What is known to be missing comes before what only might be.
    return this.#asks.start(
      wanted.toSorted((a, b) => Number(a.tail) - Number(b.tail)),
      nowMs,
    );
  }

  /** The cart has sent all it holds of a range. */
  answered(range: BlockRange, blocks: number, nowMs: number): void {
    this.#asks.told(range, blocks, nowMs);
    this.#settle(nowMs);
  }

  snapshot(): ReceivedSnapshot {
    let missingSamples = this.#abandoned.samples;
    let lostSamples = this.#abandoned.samples;
    let missingBlocks = this.#abandoned.blocks;
    let complete = true;
    for (const copy of this.#copies()) {
      const missing = copy.missing();
      missingSamples += missing.samples;
      lostSamples += missing.lost;
      missingBlocks += missing.blocks;
      complete &&= copy.isWhole;
    }
    return { ...this.#counts, missingSamples, missingBlocks, lostSamples, complete };
  }

  *#copies(): Generator<EpochCopy> {
    for (const { epochs } of this.#streams.values()) {
      yield* epochs.values();
    }
  }

  #find({ streamId, epoch }: ReceivedBlock): EpochCopy | undefined {
    return this.#streams.get(streamId)?.epochs.get(epoch);
  }

  #findOrOpen(block: ReceivedBlock, nowMs: number): EpochCopy | undefined {
    const { streamId, epoch, seq, firstSample } = block;
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      const copy = new EpochCopy({ streamId, epoch }, { seq, sample: firstSample }, nowMs);
      this.#streams.set(streamId, { epochs: new Map([[epoch, copy]]), newest: epoch });
      return copy;
    }
    if (epoch > stream.newest) {
      this.#openUpTo(streamId, epoch, nowMs);
    }
    return stream.epochs.get(epoch);
  }

  #openUpTo(streamId: number, epoch: number, nowMs: number): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined || epoch <= stream.newest) {
      return;
    }
    stream.epochs.get(stream.newest)?.superseded(nowMs);
    for (const next of epochsBetween(stream.newest, epoch)) {
      const copy = new EpochCopy({ streamId, epoch: next }, { seq: 0, sample: 0 }, nowMs);
      if (next < epoch) {
        copy.superseded(nowMs);
      }
      stream.epochs.set(next, copy);
    }
    stream.newest = epoch;
  }

  #abandon({ epochs }: StreamCopy): void {
    for (const copy of epochs.values()) {
      const { samples, blocks } = copy.missing();
      this.#abandoned.samples += samples;
      this.#abandoned.blocks += blocks;
    }
  }

  #grow({ streamId, epoch }: ReceivedBlock, copy: EpochCopy, nowMs: number): void {
    if (this.#streams.get(streamId)?.newest === epoch) {
      copy.growing(nowMs);
    } else {
      copy.superseded(nowMs);
    }
  }

  #count({ samples, late }: ReceivedBlock, inTime: boolean): void {
    this.#counts.blocks += 1;
    this.#counts.samples += samples;
    this.#counts.lateSamples += inTime ? 0 : samples;
    this.#counts.backfilledSamples += late ? samples : 0;
  }

  #settle(nowMs: number): void {
    for (const { ask, told } of this.#asks.takeSettled(nowMs)) {
      this.#streams.get(ask.streamId)?.epochs.get(ask.epoch)?.settled(ask, told, nowMs);
    }
  }
}

/** @returns epochs after `newest` up to `epoch` that may have been; see EPOCHS_PER_START. */
function epochsBetween(newest: number, epoch: number): number[] {
  const base = epoch - (epoch % EPOCHS_PER_START);
  const first = Math.max(newest + 1, base, epoch - MAX_EPOCHS_BACK);
  const beyond = newest >= 0 && newest < base ? EPOCHS_BEYOND : 0;
  return [
    ...Array.from({ length: beyond }, (_, index) => newest + 1 + index),
    ...Array.from({ length: epoch - first + 1 }, (_, index) => first + index),
  ];
}
