import { createWindow, type Readable } from '../window.ts';
import type { ChunkCipher } from './chunk.ts';
import { FIRST_PLACE, type FoundIndex, indexAtPlace } from './findEnd.ts';
import type { IndexChunk, Pin, Place, Segment } from './types.ts';

const INDEX_READ_BYTES = 8 * 1024;

/** Finds places by the index chunks of a file, in about log n reads. */
export type Lookup = {
  /** @returns where to begin reading for `target`, of plain offsets or of times: at or before it. */
  readonly place: (of: (segment: Segment) => number, target: number) => Promise<Place>;
  readonly pins: (before: number) => AsyncGenerator<Pin>;
  readonly indexes: () => AsyncGenerator<IndexChunk>;
};

export const byOffset = ({ from }: Segment): number => from.plainAt;
export const byTime = ({ timeMs }: Segment): number => timeMs;

export function createLookup(
  file: Readable,
  cipher: ChunkCipher,
  newest: FoundIndex | null,
  fileBytes: number,
): Lookup {
  const window = createWindow(file, fileBytes, INDEX_READ_BYTES);
  const known = new Map<number, Promise<IndexChunk | null>>();

  /** Index chunks never change: each is read once. */
  function read(at: number): Promise<IndexChunk | null> {
    const reading =
      known.get(at) ??
      indexAtPlace(window, cipher, at, fileBytes).then((found) => found?.index ?? null);
    known.set(at, reading);
    return reading;
  }

  async function firstReadable(segments: readonly Segment[]): Promise<IndexChunk | null> {
    for (const { at } of segments) {
      const index = await read(at);
      if (index !== null) {
        return index;
      }
    }
    return null;
  }

  return {
    place: async (of, target) => {
      if (newest === null) {
        return FIRST_PLACE;
      }
      const isAfter = (segment: Segment): boolean => of(segment) > target;
      let current = newest.index;
      if (of === byOffset && target >= newest.next.plainAt) {
        return newest.next;
      }
      while (isAfter(current.own)) {
        // The furthest that still begins after the target: what is left to search is halved.
        const next = await firstReadable(current.earlier.filter(isAfter).toReversed());
        if (next === null) {
          return current.earlier.find((segment) => !isAfter(segment))?.from ?? FIRST_PLACE;
        }
        current = next;
      }
      return current.own.from;
    },
    pins: async function* (before) {
      let current = newest === null ? null : newest.index;
      while (current !== null) {
        yield* current.pins.toReversed().filter(({ offset }) => offset < before);
        current = current.earlierPinsAt === null ? null : await read(current.earlierPinsAt);
      }
    },
    indexes: async function* () {
      let current = newest === null ? null : newest.index;
      while (current !== null) {
        yield current;
        current = await firstReadable(current.earlier);
      }
    },
  };
}
