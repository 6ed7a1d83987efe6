import { type Fault, fault, ok, type Result } from '../../../contracts/faults.ts';
import type { Attempt, Sender, SendOutcome } from '../../outbox/types.ts';
import { accountOf, below, failedAs, failedBy, readPayload } from '../attempts.ts';
import { type Failure, type HttpAnswer, serviceFailure } from '../http/faults.ts';
import { openSession } from '../http/session.ts';
import type { HttpDeps, HttpSession } from '../http/types.ts';
import {
  type BundleEntry,
  type FhirResource,
  issueCodes,
  readMatches,
  readTransaction,
  readTransactionAnswer,
} from './bundle.ts';
import { holdsContent } from './sameContent.ts';

const FHIR_JSON = 'application/fhir+json';

/**
 * A transaction whose creates are conditional: sent again it changes nothing. Confirmed by searching
 * each resource by its identifier and comparing what the server holds.
 */
export function fhirSender(deps: HttpDeps): Sender {
  return {
    send: (attempt) => withBundle(attempt, deps, send),
    confirm: (attempt) => withBundle(attempt, deps, confirm),
  };
}

type Talk = {
  readonly attempt: Attempt;
  readonly entries: readonly BundleEntry[];
  readonly session: HttpSession;
  readonly root: URL;
  readonly now: () => number;
};

async function withBundle(
  attempt: Attempt,
  deps: HttpDeps,
  work: (talk: Talk) => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const entries = readTransaction(await readPayload(attempt.payload));
  if (entries === null) {
    return failedBy(fault('OUTBOX_REJECTED', { status: 'Bundle' }));
  }
  const account = accountOf(attempt);
  const session = openSession(account, deps, attempt.signal);
  try {
    return await work({ attempt, entries, session, root: account.url, now: deps.now });
  } finally {
    session.close();
  }
}

async function send({ attempt, entries, session, root, now }: Talk): Promise<SendOutcome> {
  const answered = await session.send({
    method: 'POST',
    url: root,
    headers: { accept: FHIR_JSON, 'content-type': `${FHIR_JSON}; charset=utf-8` },
    body: {
      bytes: attempt.payload.bytes,
      open: () => attempt.payload.open(),
      maysend: attempt.maysend,
      // Nothing is held until all is: this only says that it goes on.
      onSent: () => attempt.onProgress(0),
    },
  });
  if (!answered.ok) {
    return failedAs(answered);
  }
  const refused = refusal(answered.value, now());
  if (refused !== null) {
    return failedAs(refused);
  }
  const taken = readTransactionAnswer(answered.value.body, entries.length);
  if (taken === null) {
    return failedBy(fault('OUTBOX_PROTOCOL', { reason: 'transaction answer' }));
  }
  return taken
    ? { outcome: 'accepted', remoteRef: null }
    : failedBy(fault('OUTBOX_REJECTED', { status: answered.value.status }));
}

/** What the server refused, by the codes of its OperationOutcome; never by its texts. */
function refusal(answer: HttpAnswer, now: number): Failure | null {
  const failure = serviceFailure(answer, now);
  if (failure === null) {
    return null;
  }
  const { code, params } = failure.fault;
  const issue = issueCodes(answer.body).join(' ');
  const told: Fault = issue === '' ? failure.fault : fault(code, { ...params, issue });
  // 412: a conditional create that more than one resource answers to (R4 http section 3.1.0.8.1).
  return answer.status === 409 || answer.status === 412
    ? { ok: false, fault: { ...told, code: 'OUTBOX_CONFLICT' } }
    : { ...failure, fault: told };
}

async function confirm(talk: Talk): Promise<SendOutcome> {
  const found = await findAll(talk);
  if (!found.ok) {
    return failedAs(found);
  }
  if (found.value === null) {
    return { outcome: 'accepted', remoteRef: null };
  }
  const held = found.value;
  const places = new Map<string, string>();
  for (const [entry, resource] of held) {
    if (entry.fullUrl !== null) {
      places.set(entry.fullUrl, placeOf(resource));
    }
  }
  const [, last] = held.at(-1) ?? [];
  return held.every(([{ resource }, theirs]) => holdsContent(resource, theirs, places))
    ? { outcome: 'confirmed', remoteRef: last === undefined ? null : placeOf(last) }
    : failedBy(fault('OUTBOX_CONFLICT', { held: held.length }));
}

type Held = readonly (readonly [BundleEntry, FhirResource])[];

/** @returns null: the bundle says not of every resource how it is found again. */
async function findAll(talk: Talk): Promise<Result<Held | null> | Failure> {
  const held: [BundleEntry, FhirResource][] = [];
  for (const entry of talk.entries) {
    if (entry.search === null) {
      return ok(null);
    }
    const found = await findOne(talk, entry.resource.resourceType, entry.search);
    if (!found.ok) {
      return found;
    }
    held.push([entry, found.value]);
  }
  return ok(held);
}

async function findOne(
  { session, root, now }: Talk,
  type: string,
  search: string,
): Promise<Result<FhirResource> | Failure> {
  const url = below(root, type);
  url.search = search;
  const answered = await session.send({ method: 'GET', url, headers: { accept: FHIR_JSON } });
  if (!answered.ok) {
    return answered;
  }
  const refused = refusal(answered.value, now());
  if (refused !== null) {
    return refused;
  }
  const matches = readMatches(answered.value.body);
  if (matches === null) {
    return { ok: false, fault: fault('OUTBOX_PROTOCOL', { reason: 'search answer' }) };
  }
  const [first, second] = matches;
  if (first === undefined) {
    return { ok: false, fault: fault('OUTBOX_HASH_MISMATCH', { held: 0 }) };
  }
  return second === undefined
    ? ok(first)
    : { ok: false, fault: fault('OUTBOX_CONFLICT', { held: matches.length }) };
}

function placeOf(resource: FhirResource): string {
  return `${resource.resourceType}/${String(resource['id'])}`;
}
