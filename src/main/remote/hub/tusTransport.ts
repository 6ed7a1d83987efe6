import { createHash } from 'node:crypto';
import type { FileReader, HttpRequest, HttpResponse, HttpStack } from 'tus-js-client';
import type { Payload } from '../../outbox/types.ts';
import { type Failure, type HttpAnswer, serviceFailure } from '../http/faults.ts';
import type { HttpSession } from '../http/types.ts';
import type { ChunkReader } from './chunks.ts';

/** Bytes between two looks at the bandwidth cap. */
const PIECE_BYTES = 32 * 1024;

/** What the library is told when an exchange failed; it hands it on as the cause of its own error. */
export class ExchangeError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.fault.code);
    this.failure = failure;
  }
}

/** A chunk in memory; the library asks for `size`. */
type ChunkBody = { readonly size: number; readonly bytes: Buffer };

/** What tus-js-client reads: a payload, where its own readers want a file or a stream. */
export function payloadReader(payload: Payload, chunks: ChunkReader): FileReader {
  return {
    openFile: () =>
      Promise.resolve({
        size: payload.bytes,
        slice: async (start: number, end: number) => {
          const last = Math.min(end, payload.bytes);
          const bytes = await chunks.read(start, last);
          const value: ChunkBody = { bytes, size: bytes.length };
          return { value, done: last === payload.bytes };
        },
        close: () => undefined,
      }),
  };
}

type Pace = {
  readonly maysend: (bytes: number) => Promise<void>;
  readonly onSent: () => void;
  readonly now: () => number;
};

/**
 * tus-js-client over a session of ours, which pins certificates, keeps the pace and ends what stands
 * still. Answers that the protocol gives a meaning go to the library; all others end the upload.
 */
export function tusStack(session: HttpSession, pace: Pace): HttpStack {
  return {
    getName: () => 'Chariot',
    createRequest: (method, url) => tusRequest(session, pace, method, url),
  };
}

function tusRequest(session: HttpSession, pace: Pace, method: string, url: string): HttpRequest {
  const headers: Record<string, string> = {};
  return {
    getMethod: () => method,
    getURL: () => url,
    setHeader: (name, value) => {
      headers[name] = value;
    },
    getHeader: (name) => headers[name],
    // The library's own progress counts what was sent; only what was accepted is told here.
    setProgressHandler: () => undefined,
    abort: () => Promise.resolve(),
    getUnderlyingObject: () => null,
    send: async (body: ChunkBody | null | undefined) => {
      const answered = await session.send({
        method,
        url: new URL(url),
        headers: { ...headers, ...checksum(body) },
        ...(body ? { body: pacedBody(body.bytes, pace) } : {}),
        ...(method === 'POST' && !body ? { body: NO_BODY } : {}),
      });
      if (!answered.ok) {
        throw new ExchangeError(answered);
      }
      const failure = serviceFailure(answered.value, pace.now());
      if (failure !== null && !isForTheLibrary(answered.value.status)) {
        throw new ExchangeError(failure);
      }
      return response(answered.value);
    },
  };
}

const NO_BODY = { bytes: 0, open: async function* () {} };

function pacedBody(bytes: Buffer, { maysend, onSent }: Pace) {
  return {
    bytes: bytes.length,
    maysend,
    onSent,
    open: async function* () {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        yield bytes.subarray(at, at + PIECE_BYTES);
      }
    },
  };
}

/** tus checksum extension: the hub writes no byte of a chunk that arrived otherwise. */
function checksum(body: ChunkBody | null | undefined): Record<string, string> {
  return body
    ? { 'Upload-Checksum': `sha256 ${createHash('sha256').update(body.bytes).digest('base64')}` }
    : {};
}

/** 404, 410: no such upload, one is created. 409, 422, 460: see hubSender. */
function isForTheLibrary(status: number): boolean {
  return [404, 409, 410, 422, 460].includes(status);
}

function response({ status, headers, body }: HttpAnswer): HttpResponse {
  return {
    getStatus: () => status,
    getHeader: (name) => {
      const value = headers[name.toLowerCase()];
      return Array.isArray(value) ? value[0] : value;
    },
    getBody: () => body.toString('utf8'),
    getUnderlyingObject: () => null,
  };
}
