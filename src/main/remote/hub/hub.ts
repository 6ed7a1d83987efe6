import { DetailedError, Upload } from 'tus-js-client';
import { type FaultCode, fault, type Result } from '../../../contracts/faults.ts';
import {
  CHECKSUM_MISMATCH,
  HeldObjectSchema,
  OBJECTS_PATH,
  UPLOADS_PATH,
} from '../../../contracts/hubProcess.ts';
import type { Attempt, Sender, SendOutcome } from '../../outbox/types.ts';
import { below, failedAs, failedBy } from '../attempts.ts';
import { serviceFailure } from '../http/faults.ts';
import { openSession } from '../http/session.ts';
import type { Account, HttpDeps, HttpSession } from '../http/types.ts';
import { chunkReader } from './chunks.ts';
import { ExchangeError, payloadReader, tusStack } from './tusTransport.ts';

/** What a break may cost to send again, at most: the hub keeps nothing of a chunk that it half knows. */
const CHUNK_BYTES = 512 * 1024;
/** A broken connection's last bytes may be written between our asking for the offset and our PATCH. */
const OFFSET_ATTEMPTS = 3;

export type HubDeps = HttpDeps & {
  /** Where this attempt's hub is now, and by which token it may be written to. */
  readonly account: (attempt: Attempt) => Promise<Result<Account>>;
};

/**
 * tus 1.0.0. The address of an upload is made of the object's id, so that nothing has to be kept of an
 * attempt: each asks the hub how many bytes it holds, and goes on there.
 */
export function hubSender(deps: HubDeps): Sender {
  return {
    send: (attempt) => withSession(attempt, deps, send),
    confirm: (attempt) => withSession(attempt, deps, confirm),
  };
}

type Talk = {
  readonly attempt: Attempt;
  readonly session: HttpSession;
  readonly root: URL;
  readonly now: () => number;
};

async function withSession(
  attempt: Attempt,
  deps: HubDeps,
  work: (talk: Talk) => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const account = await deps.account(attempt);
  if (!account.ok) {
    return failedAs(account);
  }
  const session = openSession(account.value, deps, attempt.signal);
  try {
    return await work({ attempt, session, root: account.value.url, now: deps.now });
  } finally {
    session.close();
  }
}

async function send(talk: Talk): Promise<SendOutcome> {
  for (let tried = 1; ; tried++) {
    const error = await upload(talk);
    if (error === null) {
      return { outcome: 'accepted', remoteRef: talk.attempt.objectId };
    }
    const status = statusOf(error);
    if (status !== 409 || tried === OFFSET_ATTEMPTS) {
      return outcomeOf(error, status);
    }
  }
}

/** @returns null when the hub has all bytes, otherwise what tus-js-client said. */
async function upload({ attempt, session, root, now }: Talk): Promise<Error | null> {
  const { objectId, kind, payload, maysend } = attempt;
  const chunks = chunkReader(payload);
  let held = 0;
  const progress = (): void => attempt.onProgress(held);
  try {
    return await new Promise<Error | null>((resolve) => {
      new Upload(Buffer.alloc(0), {
        endpoint: below(root, UPLOADS_PATH.slice(1)).href,
        uploadUrl: below(root, `${UPLOADS_PATH.slice(1)}/${objectId}`).href,
        metadata: { objectId, kind, mediaType: payload.mediaType, sha256: payload.sha256 },
        chunkSize: CHUNK_BYTES,
        fileReader: payloadReader(payload, chunks),
        httpStack: tusStack(session, { maysend, onSent: progress, now }),
        // The outbox knows when to try again, and keeps nothing in files of its own.
        retryDelays: null,
        storeFingerprintForResuming: false,
        fingerprint: () => Promise.resolve(objectId),
        onChunkComplete: (_bytes, accepted) => {
          held = accepted;
          progress();
        },
        onSuccess: () => resolve(null),
        onError: resolve,
      }).start();
    });
  } finally {
    await chunks.close();
  }
}

function statusOf(error: Error): number | null {
  return error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? null) : null;
}

function outcomeOf(error: Error, status: number | null): SendOutcome {
  const cause = error instanceof DetailedError ? error.causingError : error;
  if (cause instanceof ExchangeError) {
    return failedAs(cause.failure);
  }
  if (cause !== null) {
    throw cause;
  }
  return failedBy(fault(CODE_OF.get(status ?? 0) ?? 'OUTBOX_PROTOCOL', { status: status ?? 0 }));
}

/** 409: another attempt's last bytes are still being written. */
const CODE_OF: ReadonlyMap<number, FaultCode> = new Map([
  [CHECKSUM_MISMATCH, 'OUTBOX_HASH_MISMATCH'],
  [422, 'OUTBOX_CONFLICT'],
  [409, 'OUTBOX_THROTTLED'],
]);

async function confirm({ attempt, session, root, now }: Talk): Promise<SendOutcome> {
  const { objectId, payload } = attempt;
  const url = below(root, `${OBJECTS_PATH.slice(1)}/${objectId}`);
  const answered = await session.send({ method: 'GET', url });
  if (!answered.ok) {
    return failedAs(answered);
  }
  if (answered.value.status === 404) {
    return failedBy(fault('OUTBOX_HASH_MISMATCH', { held: 0 }));
  }
  const refused = serviceFailure(answered.value, now());
  if (refused !== null) {
    return failedAs(refused);
  }
  const held = HeldObjectSchema.safeParse(parseJson(answered.value.body));
  if (!held.success) {
    return failedBy(fault('OUTBOX_PROTOCOL', { reason: 'object answer' }));
  }
  return held.data.sha256 === payload.sha256 && held.data.bytes === payload.bytes
    ? { outcome: 'confirmed', remoteRef: objectId }
    : failedBy(fault('OUTBOX_CONFLICT', { held: 1 }));
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
