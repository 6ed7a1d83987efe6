import { fault, type Result } from '../../../contracts/faults.ts';
import type { Credentials } from '../../../contracts/outbox.ts';
import { type Failure, type HttpAnswer, serviceFailure, statusFailure } from '../http/faults.ts';
import { openSession } from '../http/session.ts';
import type { HttpRequest } from '../http/types.ts';
import { bad, type Examined, type Finding, fine, SKIPPED } from './finding.ts';
import { QUESTIONS, serverOf } from './questions.ts';

/** What is asked of a destination whose certificate is in order. */

/** A network that wants a login answers in place of the service; nobody's password is told to it. */
export async function askForPortal(examined: Examined): Promise<Finding> {
  const { account, kind, uuid } = examined;
  const answered = await ask(examined, QUESTIONS[kind].ofService(account.url, uuid()), {
    kind: 'none',
  });
  if (!answered.ok) {
    return bad(answered.fault);
  }
  // Who has the certificate is the service itself: a page of it is a wrong address, not a portal.
  const failure =
    account.url.protocol === 'https:' ? null : portalFailure(answered.value, examined);
  return failure === null ? fine() : bad(failure.fault, placeOf(answered.value));
}

export async function tryCredentials(examined: Examined): Promise<Finding> {
  const { account, kind, deps, uuid } = examined;
  const { asUser, known } = QUESTIONS[kind];
  const answered = await ask(examined, asUser(account.url, uuid()), account.credentials);
  if (!answered.ok) {
    return bad(answered.fault);
  }
  const { status } = answered.value;
  const failure = known(status) ? null : statusFailure(answered.value, deps.now());
  const name = account.credentials.kind === 'basic' ? account.credentials.user : '';
  if (failure === null) {
    return fine(name);
  }
  // Any other answer does not say whether it knows us; what it says, the next step tells.
  const isRefused = failure.fault.code === 'OUTBOX_CREDENTIALS';
  return isRefused ? bad(fault('OUTBOX_CREDENTIALS', { status }), name) : SKIPPED;
}

export async function askService(examined: Examined): Promise<Finding> {
  const { account, kind, deps, uuid } = examined;
  const { judge, ofService } = QUESTIONS[kind];
  const request = ofService(account.url, uuid());
  const answered = await ask(examined, request, account.credentials);
  if (!answered.ok) {
    return bad(answered.fault);
  }
  const portal = portalFailure(answered.value, examined);
  return portal === null
    ? judge(answered.value, deps.now())
    : bad(fault('OUTBOX_PROTOCOL', { reason: 'page' }), placeOf(answered.value));
}

function portalFailure(answer: HttpAnswer, { deps }: Examined): Failure | null {
  const failure = serviceFailure(answer, deps.now());
  return failure?.fault.code === 'OUTBOX_CAPTIVE_PORTAL' ? failure : null;
}

/** Where it would send us, or who it says it is. */
function placeOf(answer: HttpAnswer): string {
  return answer.headers.location ?? serverOf(answer);
}

async function ask(
  { account, deps }: Examined,
  request: HttpRequest,
  credentials: Credentials,
): Promise<Result<HttpAnswer> | Failure> {
  const session = openSession({ ...account, credentials }, deps, new AbortController().signal);
  try {
    return await session.send(request);
  } finally {
    session.close();
  }
}
