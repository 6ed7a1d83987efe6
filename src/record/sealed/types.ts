import type { Result } from '../../contracts/faults.ts';

/** 32 bytes; one for each file, never used for another. */
export type FileKey = Uint8Array;

/** What stands in clear at the start of a sealed file: enough to find its key, nothing of its content. */
export type SealedHeader = {
  /** 16 random bytes, lower-case hex: binds the wrapped key and each chunk to this file. */
  readonly fileId: string;
  /** Generation of the key that wraps the file's own. */
  readonly wrapGeneration: number;
  /** The file's key under AES-256-GCM: 12 bytes nonce, 32 bytes, 16 bytes tag. */
  readonly wrappedKey: Uint8Array;
};

/** Gives the key that a header's `wrappedKey` holds; null: this one's wrapping key is not here. */
export type Unwrap = (header: SealedHeader) => FileKey | null;

/** Reads the plain bytes of a sealed file at any place; the shape of a FileHandle's `read`. */
export type PlainReader = {
  /** Plain bytes that can be read. */
  readonly size: number;
  readonly read: (
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ readonly bytesRead: number }>;
  readonly close: () => Promise<void>;
};

export type OpenSealed = (file: string, unwrap: Unwrap) => Promise<Result<PlainReader>>;
