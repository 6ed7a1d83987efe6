/** 32 bytes; one for each file, never used for another. */
export type FileKey = Uint8Array;

/** @returns so many bytes that nobody can foretell (node:crypto's `randomBytes`). */
export type Random = (bytes: number) => Uint8Array;

/** What stands in clear at the start of a sealed file: enough to find its key, nothing of its content. */
export type SealedHeader = {
  /** 16 random bytes, lower-case hex: binds the wrapped key and each chunk to this file. */
  readonly fileId: string;
  /** Generation of the key that wraps the file's own. */
  readonly wrapGeneration: number;
  /** The file's key under AES-256-GCM: 12 bytes nonce, 32 bytes, 16 bytes tag. */
  readonly wrappedKey: Uint8Array;
};

/** A file's key, open, with the header that keeps it wrapped. */
export type OpenKey = { readonly header: SealedHeader; readonly key: FileKey };

/** Gives the key that a header's `wrappedKey` holds; null: this one's wrapping key is not here. */
export type Unwrap = (header: SealedHeader) => FileKey | null;

/** Reads the plain bytes of a file at any place; the shape of a FileHandle's `read`. */
export type PlainReader = {
  /** Plain bytes that can be read. */
  readonly size: number;
  /** `holeBytes` of those read are damaged in the file, and zero here. */
  readonly read: (
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ readonly bytesRead: number; readonly holeBytes: number }>;
  readonly close: () => Promise<void>;
};

/** A place between two chunks, as what should come next there. */
export type Place = {
  /** Offset in the sealed file. */
  readonly at: number;
  /** Number of the chunk. */
  readonly index: number;
  /** Offset of its first plain byte. */
  readonly plainAt: number;
};

/** What a walk over every chunk found. Offsets and lengths are those of the sealed file. */
export type SealedCheck = {
  readonly chunks: number;
  readonly damagedRuns: number;
  readonly damagedBytes: number;
};

export type SealedReader = PlainReader & {
  readonly header: SealedHeader;
  /**
   * Its last chunk says that it ends there. false: whoever wrote it was stopped, or its end was taken
   * away; what is missing at the end cannot be told.
   */
  readonly closed: boolean;
  /** Bytes after the last good chunk. */
  readonly tornBytes: number;
  /** Where the next chunk goes. */
  readonly end: Place;
  /** After the newest index chunk: what follows is in no index. */
  readonly newestEnd: Place;
  /** @returns a plain offset at or before everything labelled `timeMs` or later. */
  readonly offsetOfTime: (timeMs: number) => Promise<number>;
  /** Pinned plain offsets before `before`, newest first. */
  readonly pins: (before: number) => AsyncIterable<Pin>;
  /** Every index chunk that can be reached from the newest, newest first. */
  readonly indexes: () => AsyncIterable<IndexChunk>;
  /** Reads and proves each chunk. */
  readonly check: () => Promise<SealedCheck>;
};

/** A plain offset worth finding without reading what is before it, under a number of the caller's. */
export type Pin = { readonly tag: number; readonly offset: number };

/** What an index chunk covers: the chunks before it, from the index chunk before. */
export type Segment = {
  readonly number: number;
  /** Offset of the index chunk. */
  readonly at: number;
  /** Where the first covered chunk is. */
  readonly from: Place;
  /** Everything in it and after it is labelled so or later. Host's monotonic clock, ms. */
  readonly timeMs: number;
};

export type IndexChunk = {
  readonly own: Segment;
  /** Those 1, 2, 4, 8... before: any of n is found in log n steps. */
  readonly earlier: readonly Segment[];
  readonly pins: readonly Pin[];
  /** Offset of the newest index chunk before this one that has pins; null: none has. */
  readonly earlierPinsAt: number | null;
};
