import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fault, ok, type Result } from '../../../contracts/faults.ts';
import type { Attempt, Payload, Sender, SendOutcome } from '../../outbox/types.ts';
import { accountOf, below, failedAs, failedBy, readPayload } from '../attempts.ts';
import { type Failure, type HttpAnswer, serviceFailure } from '../http/faults.ts';
import { openSession } from '../http/session.ts';
import type { HttpDeps, HttpSession } from '../http/types.ts';
import { contentHash, type DicomIdentity, readIdentity } from './content.ts';
import { onlyPart, relatedBody } from './multipart.ts';
import { failureFault, readStowAnswer } from './stowAnswer.ts';

/** The series stands within the first kilobytes of a file; private groups before it are rare. */
const HEAD_BYTES = 1024 * 1024;
/** What an archive may add to a file: its meta header, the multipart frame, attributes of its own. */
const MORE_BYTES = 1024 * 1024;

/** STOW-RS, confirmed by QIDO-RS and by reading the object again with WADO-RS (PS3.18 section 10). */
export function dicomwebSender(deps: HttpDeps): Sender {
  return {
    send: (attempt) => withSession(attempt, deps, send),
    confirm: (attempt) => withSession(attempt, deps, confirm),
  };
}

type Talk = {
  readonly attempt: Attempt;
  readonly identity: DicomIdentity;
  readonly session: HttpSession;
  readonly root: URL;
  readonly now: () => number;
};

async function withSession(
  attempt: Attempt,
  deps: HttpDeps,
  work: (talk: Talk) => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const identity = readIdentity(await readPayload(attempt.payload, HEAD_BYTES));
  if (identity === null) {
    return failedBy(fault('OUTBOX_REJECTED', { status: 'DICOM' }));
  }
  const account = accountOf(attempt);
  const session = openSession(account, deps, attempt.signal);
  try {
    return await work({ attempt, identity, session, root: account.url, now: deps.now });
  } finally {
    session.close();
  }
}

async function send({ attempt, identity, session, root, now }: Talk): Promise<SendOutcome> {
  const body = relatedBody(attempt.payload);
  const answered = await session.send({
    method: 'POST',
    url: below(root, 'studies'),
    headers: { accept: 'application/dicom+json', 'content-type': body.contentType },
    body: {
      bytes: body.bytes,
      open: body.open,
      maysend: attempt.maysend,
      // Nothing is held until all is: this only says that it goes on.
      onSent: () => attempt.onProgress(0),
    },
  });
  return answered.ok ? judgeStored(answered.value, identity, now()) : failedAs(answered);
}

/** 409: all instances failed, and the answer says why. */
function judgeStored(answer: HttpAnswer, identity: DicomIdentity, now: number): SendOutcome {
  const told = readStowAnswer(answer.body);
  const ours = told?.failed.find(
    ({ sopInstanceUid }) => sopInstanceUid === identity.sopInstanceUid,
  );
  if (ours !== undefined) {
    const reason = failureFault(ours.reason);
    return reason === null ? accepted(identity) : failedBy(reason);
  }
  const refused = serviceFailure(answer, now);
  if (refused !== null) {
    return failedAs(refused);
  }
  return told?.stored.includes(identity.sopInstanceUid) === true
    ? accepted(identity)
    : failedBy(fault('OUTBOX_PROTOCOL', { reason: 'STOW answer' }));
}

async function confirm(talk: Talk): Promise<SendOutcome> {
  const { attempt, identity } = talk;
  const found = await find(talk);
  if (!found.ok) {
    return failedAs(found);
  }
  if (found.value === null) {
    return failedBy(fault('OUTBOX_HASH_MISMATCH', { held: 0 }));
  }
  const held = await retrieve(talk, found.value);
  if (!held.ok) {
    return failedAs(held);
  }
  return (await isSame(attempt.payload, held.value))
    ? { outcome: 'confirmed', remoteRef: identity.sopInstanceUid }
    : failedBy(fault('OUTBOX_CONFLICT', { held: 1 }));
}

const UidSchema = z.object({ Value: z.array(z.string()).min(1) });
const FoundSchema = z.array(z.object({ '0020000D': UidSchema, '0020000E': UidSchema }));
type Place = { readonly studyUid: string; readonly seriesUid: string };

/** QIDO-RS. @returns where the archive keeps the object; null: it does not hold it. */
async function find(talk: Talk): Promise<Result<Place | null> | Failure> {
  const url = below(talk.root, 'instances');
  url.searchParams.set('SOPInstanceUID', talk.identity.sopInstanceUid);
  url.searchParams.set('includefield', 'StudyInstanceUID');
  url.searchParams.append('includefield', 'SeriesInstanceUID');
  const headers = { accept: 'application/dicom+json' };
  const answered = await talk.session.send({ method: 'GET', url, headers });
  if (!answered.ok) {
    return answered;
  }
  const refused = serviceFailure(answered.value, talk.now());
  if (refused !== null) {
    return refused;
  }
  const found = readFound(answered.value);
  if (found === null) {
    return { ok: false, fault: fault('OUTBOX_PROTOCOL', { reason: 'QIDO answer' }) };
  }
  const [first, second] = found;
  if (second !== undefined) {
    return { ok: false, fault: fault('OUTBOX_CONFLICT', { held: found.length }) };
  }
  return ok(first ?? null);
}

function readFound({ status, body }: HttpAnswer): Place[] | null {
  if (status === 204 || body.length === 0) {
    return [];
  }
  try {
    const parsed = FoundSchema.safeParse(JSON.parse(body.toString('utf8')));
    return parsed.success
      ? parsed.data.map((instance) => ({
          studyUid: instance['0020000D'].Value[0] ?? '',
          seriesUid: instance['0020000E'].Value[0] ?? '',
        }))
      : null;
  } catch {
    return null;
  }
}

/** WADO-RS, in the transfer syntax that the archive has it in. */
async function retrieve(talk: Talk, place: Place): Promise<Result<Buffer> | Failure> {
  const { attempt, identity, session, root } = talk;
  const { studyUid, seriesUid } = place;
  const answered = await session.send({
    method: 'GET',
    url: below(
      root,
      `studies/${studyUid}/series/${seriesUid}/instances/${identity.sopInstanceUid}`,
    ),
    headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
    maxBytes: attempt.payload.bytes + MORE_BYTES,
  });
  if (!answered.ok) {
    return answered;
  }
  const refused = serviceFailure(answered.value, talk.now());
  if (refused !== null) {
    return refused;
  }
  const { headers, body } = answered.value;
  const part = onlyPart(headers['content-type'] ?? '', body);
  return part === null
    ? { ok: false, fault: fault('OUTBOX_PROTOCOL', { reason: 'WADO answer' }) }
    : ok(part);
}

/** The same file, or, where the archive has written it anew, the same content. */
async function isSame(payload: Payload, held: Buffer): Promise<boolean> {
  if (createHash('sha256').update(held).digest('hex') === payload.sha256) {
    return true;
  }
  const theirs = contentHash(held);
  return theirs !== null && theirs === contentHash(await readPayload(payload));
}

function accepted(identity: DicomIdentity): SendOutcome {
  return { outcome: 'accepted', remoteRef: identity.sopInstanceUid };
}
