/** Blocks that are not there, between blocks that are. */
export type Hole = {
  readonly fromSeq: number;
  readonly toSeq: number;
  /** By the device's count of samples. */
  readonly samples: number;
  /** When the hole was first seen, ms. */
  readonly sinceMs: number;
};

type Run = {
  fromSeq: number;
  toSeq: number;
  fromSample: number;
  endSample: number;
  /** When the hole before this run was first seen. */
  holeSinceMs: number;
};

/**
 * Which blocks of one epoch have arrived. Memory grows with the holes, not with the blocks.
 */
export class BlockRuns {
  readonly #runs: Run[] = [];
  #fromSeq: number;
  #fromSample: number;

  /** The first block, and its first sample, that the copy shall hold. */
  constructor(fromSeq: number, fromSample: number) {
    this.#fromSeq = fromSeq;
    this.#fromSample = fromSample;
  }

  get highest(): number | null {
    return this.#runs.at(-1)?.toSeq ?? null;
  }

  get nextSeq(): number {
    return Math.max(this.#fromSeq, (this.highest ?? -1) + 1);
  }

  /** @returns false when the block was there already. */
  add(seq: number, firstSample: number, samples: number, nowMs: number): boolean {
    const runs = this.#runs;
    const place = this.#placeOf(seq);
    const before = runs[place - 1];
    if (before !== undefined && seq <= before.toSeq) {
      return false;
    }
    if (seq < this.#fromSeq) {
      this.#fromSeq = seq;
      this.#fromSample = firstSample;
    }
    const after = runs[place];
    const endSample = firstSample + samples;
    const joinsBefore = before !== undefined && before.toSeq === seq - 1;
    const joinsAfter = after !== undefined && after.fromSeq === seq + 1;
    if (joinsBefore && joinsAfter) {
      before.toSeq = after.toSeq;
      before.endSample = after.endSample;
      runs.splice(place, 1);
    } else if (joinsBefore) {
      before.toSeq = seq;
      before.endSample = endSample;
    } else if (joinsAfter) {
      after.fromSeq = seq;
      after.fromSample = firstSample;
    } else {
      const holeSinceMs = after?.holeSinceMs ?? nowMs;
      runs.splice(place, 0, {
        fromSeq: seq,
        toSeq: seq,
        fromSample: firstSample,
        endSample,
        holeSinceMs,
      });
    }
    return true;
  }

  has(seq: number): boolean {
    const run = this.#runs[this.#placeOf(seq) - 1];
    return run !== undefined && seq <= run.toSeq;
  }

  /** @returns what is missing before the highest block, in order. */
  holes(): Hole[] {
    const holes: Hole[] = [];
    let nextSeq = this.#fromSeq;
    let nextSample = this.#fromSample;
    for (const run of this.#runs) {
      if (run.fromSeq > nextSeq) {
        holes.push({
          fromSeq: nextSeq,
          toSeq: run.fromSeq - 1,
          samples: Math.max(0, run.fromSample - nextSample),
          sinceMs: run.holeSinceMs,
        });
      }
      nextSeq = run.toSeq + 1;
      nextSample = run.endSample;
    }
    return holes;
  }

  /** @returns how many runs begin at or before `seq`; live blocks belong at the end. */
  #placeOf(seq: number): number {
    let place = this.#runs.length;
    while (place > 0 && (this.#runs[place - 1]?.fromSeq ?? 0) > seq) {
      place -= 1;
    }
    return place;
  }
}
