import { createHash, randomUUID } from 'node:crypto';
import type { Credentials, Destination, ObjectKind } from '../../src/contracts/outbox.ts';
import type { Attempt, Payload } from '../../src/main/outbox/types.ts';

const PIECE_BYTES = 256 * 1024;

/** What a sender is given, of bytes in memory. */
export function payloadOf(bytes: Uint8Array, mediaType = 'application/octet-stream'): Payload {
  return {
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mediaType,
    open: async function* (from = 0) {
      for (let at = from; at < bytes.length; at += PIECE_BYTES) {
        yield bytes.subarray(at, at + PIECE_BYTES);
      }
    },
  };
}

export type TestAttempt = Attempt & {
  /** What `keepResume` was last given. */
  readonly kept: () => string | null;
};

export function attemptOf(options: {
  readonly payload: Payload;
  readonly destination: Destination;
  readonly credentials?: Credentials;
  readonly kind?: ObjectKind;
  readonly objectId?: string;
  readonly resume?: string | null;
  readonly maysend?: Attempt['maysend'];
  readonly onProgress?: Attempt['onProgress'];
  readonly signal?: AbortSignal;
}): TestAttempt {
  let kept = options.resume ?? null;
  return {
    objectId: options.objectId ?? randomUUID(),
    kind: options.kind ?? 'clip',
    payload: options.payload,
    destination: options.destination,
    credentials: options.credentials ?? { kind: 'none' },
    resume: options.resume ?? null,
    keepResume: (resume) => {
      kept = resume;
      return Promise.resolve();
    },
    onProgress: options.onProgress ?? (() => undefined),
    maysend: options.maysend ?? (() => Promise.resolve()),
    signal: options.signal ?? new AbortController().signal,
    kept: () => kept,
  };
}
