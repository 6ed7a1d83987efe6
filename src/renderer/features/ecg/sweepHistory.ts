import type { LeadSegment } from './leadReader.ts';

/** @returns the samples that segments and the gaps before them take. */
export function spanOf(segments: readonly LeadSegment[]): number {
  return segments.reduce((sum, { count, missingBefore }) => sum + count + missingBefore, 0);
}

/** What a sweep shows now, kept so that it can be drawn again at another size, gain or language. */
export class SweepHistory {
  #segments: LeadSegment[] = [];
  #span = 0;

  get segments(): readonly LeadSegment[] {
    return this.#segments;
  }

  /** Samples that the segments and the gaps between them take. */
  get span(): number {
    return this.#span;
  }

  /** @param longest samples that one sweep can show */
  add(added: readonly LeadSegment[], longest: number): void {
    this.#segments.push(...added);
    this.#span += spanOf(added);
    this.trim(longest);
  }

  trim(longest: number): void {
    let first = 0;
    let span = this.#span;
    for (; span > longest && first < this.#segments.length; first++) {
      const segment = this.#segments[first];
      span -= (segment?.count ?? 0) + (segment?.missingBefore ?? 0);
    }
    if (first > 0) {
      this.#segments = this.#segments.slice(first);
    }
    // What lies before the first segment is no longer shown, so neither is a gap there.
    const oldest = this.#segments[0];
    if (oldest !== undefined && oldest.missingBefore > 0) {
      this.#segments[0] = { ...oldest, missingBefore: 0 };
      span -= oldest.missingBefore;
    }
    this.#span = span;
  }

  clear(): void {
    this.#segments = [];
    this.#span = 0;
  }
}
