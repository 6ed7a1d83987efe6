import { CHUNK_KIND, type ChunkCipher, type ChunkKind, chunkBytes } from './chunk.ts';
import { FIRST_PLACE } from './findEnd.ts';
import { encodeEnd, encodeIndex } from './indexChunk.ts';
import type { IndexChunk, Pin, Place, Segment } from './types.ts';

/** An index chunk at least so often: what is searched from it is read in a moment. */
const SEGMENT_CHUNKS = 64;
const SEGMENT_BYTES = 1024 * 1024;

/** What sealing does to its file; a FileHandle has this shape. */
export type SealedOutput = {
  readonly writev: (
    buffers: Uint8Array[],
    position: number,
  ) => Promise<{ readonly bytesWritten: number }>;
  readonly truncate: (length: number) => Promise<void>;
  readonly datasync: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Where an appender goes on. */
export type AppendFrom = {
  readonly place: Place;
  /** The first chunk that no index chunk covers; `place` where all are. */
  readonly openFrom: Place;
  /** Index chunks that are there, oldest first; damaged ones are left out. */
  readonly segments: readonly Segment[];
  readonly earlierPinsAt: number | null;
};

export const NEW_FILE: AppendFrom = {
  place: FIRST_PLACE,
  openFrom: FIRST_PLACE,
  segments: [],
  earlierPinsAt: null,
};

/** Appends to a sealed file by plain offsets; has the shape of a file that is written by them. */
export type SealedAppender = {
  /**
   * Writes all as one chunk, or nothing that counts: what a full disk took of it is overwritten by the
   * next attempt, under another nonce. `position` is where the chunk before ended.
   */
  readonly writev: (
    buffers: Uint8Array[],
    position: number,
  ) => Promise<{ readonly bytesWritten: number }>;
  /** What is at `offset`, not yet written, belongs to this time; times come in about their order. */
  readonly label: (offset: number, timeMs: number) => void;
  /** What is at `offset`, which no index chunk covers yet, is to be found without reading what is before it. */
  readonly pin: (offset: number, tag: number) => void;
  readonly datasync: () => Promise<void>;
  /** Says in the file that it ends here. */
  readonly close: () => Promise<void>;
};

type Mark = { readonly offset: number; readonly timeMs?: number; readonly tag?: number };

/** What the chunks since the last index chunk amount to. */
type Open = { readonly from: Place; readonly timeMs: number; chunks: number; pins: Pin[] };

export function createAppender(
  file: SealedOutput,
  cipher: ChunkCipher,
  start: AppendFrom,
): SealedAppender {
  const segments = [...start.segments];
  let place = start.place;
  let { earlierPinsAt } = start;
  let marks: Mark[] = [];
  let timeMs = segments.at(-1)?.timeMs ?? 0;
  let open = begin(start.openFrom);

  function begin(from: Place): Open {
    return { from, timeMs, chunks: place.index - from.index, pins: [] };
  }

  function absorb(to: number): void {
    for (const mark of marks.filter(({ offset }) => offset < to)) {
      timeMs = Math.max(timeMs, mark.timeMs ?? timeMs);
      if (mark.tag !== undefined) {
        open.pins.push({ tag: mark.tag, offset: mark.offset });
      }
    }
    marks = marks.filter(({ offset }) => offset >= to);
  }

  async function append(kind: ChunkKind, content: readonly Uint8Array[]): Promise<void> {
    const length = content.reduce((sum, part) => sum + part.length, 0);
    const head = { kind, length, index: place.index, plainAt: place.plainAt };
    await writeWhole(file, cipher.seal(head, content), place.at);
    place = {
      at: place.at + chunkBytes(head),
      index: place.index + 1,
      plainAt: place.plainAt + (kind === CHUNK_KIND.data ? length : 0),
    };
  }

  async function appendIndex(): Promise<void> {
    const number = (segments.at(-1)?.number ?? -1) + 1;
    const own = { number, at: place.at, from: open.from, timeMs: open.timeMs };
    const index: IndexChunk = {
      own,
      earlier: powersOfTwoBefore(segments, number),
      pins: open.pins,
      earlierPinsAt,
    };
    await append(CHUNK_KIND.index, [encodeIndex(index)]);
    segments.push(own);
    earlierPinsAt = open.pins.length > 0 ? own.at : earlierPinsAt;
    open = begin(place);
  }

  return {
    label: (offset, ofTimeMs) => void marks.push({ offset, timeMs: ofTimeMs }),
    pin: (offset, tag) => void marks.push({ offset, tag }),
    writev: async (buffers, position) => {
      if (position !== place.plainAt) {
        throw new RangeError(`sealed file goes on at ${place.plainAt}, not at ${position}`);
      }
      // Before the data and not after it: what is written once must not fail for its index.
      if (open.chunks >= SEGMENT_CHUNKS || place.at - open.from.at >= SEGMENT_BYTES) {
        await appendIndex();
      }
      await append(CHUNK_KIND.data, buffers);
      open.chunks++;
      absorb(place.plainAt);
      return { bytesWritten: place.plainAt - position };
    },
    datasync: () => file.datasync(),
    close: async () => {
      try {
        if (open.chunks > 0) {
          await appendIndex();
        }
        const indexAt = segments.at(-1)?.at ?? 0;
        await append(CHUNK_KIND.end, [encodeEnd({ plainSize: place.plainAt, indexAt })]);
        await file.truncate(place.at);
        await file.datasync();
      } finally {
        await file.close();
      }
    },
  };
}

/** Those 1, 2, 4, 8... before `number`, where they are known. */
function powersOfTwoBefore(segments: readonly Segment[], number: number): Segment[] {
  const found: Segment[] = [];
  for (let back = 1; back <= number; back *= 2) {
    const there = segmentOf(segments, number - back);
    if (there !== undefined) {
      found.push(there);
    }
  }
  return found;
}

/** Numbers rise; where none is missing the place is the number. */
function segmentOf(segments: readonly Segment[], number: number): Segment | undefined {
  const there = segments[number];
  return there?.number === number ? there : segments.findLast((known) => known.number === number);
}

async function writeWhole(file: SealedOutput, parts: Uint8Array[], at: number): Promise<void> {
  let rest: Uint8Array =
    parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  let position = at;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev([rest], position);
    if (bytesWritten === 0) {
      throw Object.assign(new Error('the disk took nothing'), { code: 'EIO' });
    }
    rest = rest.subarray(bytesWritten);
    position += bytesWritten;
  }
}
