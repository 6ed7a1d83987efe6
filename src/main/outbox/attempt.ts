import { type Fault, fault, type Result } from '../../contracts/faults.ts';
import type { Ack, Credentials, Destination } from '../../contracts/outbox.ts';
import { SealedDamageError } from '../../record/sealed/sealedFile.ts';
import { type AttemptLife, watchAttempt } from './attemptLife.ts';
import type { Bandwidth } from './bandwidth.ts';
import { LostPayloadError, type Payloads } from './payloads.ts';
import type { Attempt, ClaimedDelivery, Clock, Queue, Sender, SendOutcome } from './types.ts';

/**
 * How an attempt ended, for the destination's way.
 * - done: the other side has it;
 * - failed: the fault is kept; `spoke` false where the other side was never asked;
 * - stopped: from this side, nothing is counted;
 * - lost: another attempt has it, or the store does not answer; the lease will tell.
 */
export type AttemptEnd =
  | { readonly end: 'done' | 'stopped' | 'lost' }
  | ({ readonly end: 'failed' } & Failure);

type Failure = {
  readonly fault: Fault;
  readonly retryAfterMs: number;
  readonly spoke: boolean;
};

export type AttemptDependencies = {
  readonly queue: Queue;
  readonly payloads: Payloads;
  readonly sender: Sender;
  readonly destination: Destination;
  readonly credentials: Credentials;
  readonly bandwidth: Pick<Bandwidth, 'maysend'>;
  readonly clock: Clock;
  /** The other side holds it. */
  readonly onDone: (claimed: ClaimedDelivery) => Promise<void>;
  /** A bug of a sender or an exporter; the delivery is put aside. */
  readonly onBug: (error: unknown) => void;
  /** Aborts when Chariot ends, a person pauses, or the destination is changed. */
  readonly signal: AbortSignal;
};

/** One delivery from its claim to its end: prepare, ask or send, confirm. */
export async function runAttempt(
  claimed: ClaimedDelivery,
  deps: AttemptDependencies,
): Promise<AttemptEnd> {
  const { queue } = deps;
  const life = watchAttempt({
    clock: deps.clock,
    outer: deps.signal,
    held: claimed.offset,
    note: async (held) => !isLeaseLost(await queue.progress(claimed, held)),
    onBug: deps.onBug,
  });
  try {
    const failure = await deliver(claimed, deps, life).catch((error: unknown) =>
      explain(error, claimed, deps, life),
    );
    return failure === null ? { end: 'done' } : await conclude(claimed, queue, failure, life);
  } finally {
    life.close();
  }
}

/** The other side was not asked. */
const here = (reason: Fault): Failure => ({ fault: reason, retryAfterMs: 0, spoke: false });

function isLeaseLost(result: Result<unknown>): boolean {
  return !result.ok && result.fault.code === 'OUTBOX_LEASE_LOST';
}

/** @returns null when it is done. */
async function deliver(
  claimed: ClaimedDelivery,
  deps: AttemptDependencies,
  life: AttemptLife,
): Promise<Failure | null> {
  life.signal.throwIfAborted();
  const prepared = await life.own(deps.payloads.get(claimed));
  if (!prepared.ok) {
    return here(prepared.fault);
  }
  life.signal.throwIfAborted();
  const begun = await deps.queue.inFlight(claimed, prepared.value.payload);
  if (!begun.ok) {
    return here(begun.fault);
  }
  const { payload, forgotten } = prepared.value;
  const attempt = attemptOf(claimed, deps, life, payload);
  if (claimed.ambiguous || forgotten) {
    const asked = await deps.sender.confirm(attempt);
    if (isHeld(asked, claimed)) {
      return finish(claimed, deps, asked.outcome, asked.remoteRef);
    }
    if (asked.outcome === 'failed' && asked.fault.code !== 'OUTBOX_HASH_MISMATCH') {
      return failureOf(asked);
    }
  }
  return sendNow(claimed, deps, attempt);
}

type Held = Exclude<SendOutcome, { outcome: 'failed' }>;

/** `accepted` tells nothing by itself where the other side cannot be asked: it may not have been sent. */
function isHeld(asked: SendOutcome, { ack }: ClaimedDelivery): asked is Held {
  return asked.outcome === 'confirmed' || (asked.outcome === 'accepted' && ack === 'accepted');
}

function failureOf(outcome: Extract<SendOutcome, { outcome: 'failed' }>): Failure {
  return { fault: outcome.fault, retryAfterMs: outcome.retryAfterMs ?? 0, spoke: true };
}

async function sendNow(
  claimed: ClaimedDelivery,
  deps: AttemptDependencies,
  attempt: Attempt,
): Promise<Failure | null> {
  const sent = await deps.sender.send(attempt);
  if (sent.outcome === 'failed') {
    return failureOf(sent);
  }
  if (sent.outcome === 'confirmed') {
    return finish(claimed, deps, 'confirmed', sent.remoteRef);
  }
  const noted = await deps.queue.accepted(claimed, sent.remoteRef);
  if (!noted.ok) {
    return here(noted.fault);
  }
  const confirmed = await deps.sender.confirm(attempt);
  return confirmed.outcome === 'failed'
    ? failureOf(confirmed)
    : finish(claimed, deps, confirmed.outcome, confirmed.remoteRef ?? sent.remoteRef);
}

async function finish(
  claimed: ClaimedDelivery,
  { queue, onDone }: AttemptDependencies,
  ack: Ack,
  ref: string | null,
): Promise<Failure | null> {
  const done = await queue.done(claimed, ack, ref);
  if (!done.ok) {
    return here(done.fault);
  }
  await onDone(claimed);
  return null;
}

async function conclude(
  claimed: ClaimedDelivery,
  queue: Queue,
  failure: Failure,
  life: AttemptLife,
): Promise<AttemptEnd> {
  if (life.ending() === 'lost' || failure.fault.code === 'OUTBOX_LEASE_LOST') {
    return { end: 'lost' };
  }
  await life.settle();
  if (life.ending() === 'stopped') {
    await queue.release(claimed);
    return { end: 'stopped' };
  }
  const told = life.ending() === 'stalled' ? STALLED : failure;
  const kept = await queue.fail(claimed, told.fault, told.retryAfterMs);
  return kept.ok ? { end: 'failed', ...told } : { end: 'lost' };
}

const STALLED: Failure = { fault: fault('OUTBOX_TIMEOUT'), retryAfterMs: 0, spoke: true };

async function explain(
  error: unknown,
  { objectId }: ClaimedDelivery,
  { payloads, onBug }: AttemptDependencies,
  life: AttemptLife,
): Promise<Failure> {
  if (error instanceof SealedDamageError || error instanceof LostPayloadError) {
    await payloads.drop(objectId);
    return here(fault('STORE_IO', { code: 'payload' }));
  }
  if (error instanceof AbandonedError) {
    return here(error.fault);
  }
  if (life.ending() === null) {
    onBug(error);
  }
  return here(fault('INTERNAL'));
}

function attemptOf(
  claimed: ClaimedDelivery,
  deps: AttemptDependencies,
  life: AttemptLife,
  payload: Attempt['payload'],
): Attempt {
  const { signal } = life;
  return {
    objectId: claimed.objectId,
    kind: claimed.kind,
    payload,
    destination: deps.destination,
    credentials: deps.credentials,
    resume: claimed.resume,
    keepResume: async (resume) => {
      orAbandon(await deps.queue.keepResume(claimed, resume));
    },
    onProgress: life.moved,
    maysend: (bytes) => life.own(deps.bandwidth.maysend(bytes, claimed.priority, signal)),
    signal,
  };
}

/** A sender must not go on with what could not be kept. */
function orAbandon(kept: Result<void>): void {
  if (!kept.ok) {
    throw new AbandonedError(kept.fault);
  }
}

class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
  readonly fault: Fault;

  constructor(reason: Fault) {
    super(reason.code);
    this.fault = reason;
  }
}
