import type { Fault, Result } from '../../contracts/faults.ts';
import type {
  Ack,
  Credentials,
  Delivery,
  DeliveryEvent,
  DeliveryState,
  Destination,
  ObjectKind,
} from '../../contracts/outbox.ts';

/**
 * An object that must leave. Its bytes need not exist yet: `recipe` says what they are made of, and
 * the exporters make the same ones at every attempt.
 */
export type NewObject = {
  /** UUID: the identity by which the other side knows it again. */
  readonly objectId: string;
  readonly kind: ObjectKind;
  readonly actId: string | null;
  /** JSON for `Prepare`; opaque to the outbox. */
  readonly recipe: unknown;
  readonly destinations: readonly string[];
  /** Default: PRIORITY_OF[kind]. */
  readonly priority?: number;
};

/** The bytes of an object, made once and kept sealed until every delivery of it is confirmed. */
export type Payload = {
  readonly bytes: number;
  /** Of the plain bytes, lower-case hex. */
  readonly sha256: string;
  readonly mediaType: string;
  /** Plain bytes from `from` on, in pieces of at most 256 KiB. Call again to start anew. */
  readonly open: (from?: number) => AsyncIterable<Uint8Array>;
};

/** Makes, or finds again, the payload of an object. Its faults are permanent or transient by family. */
export type Prepare = (object: {
  readonly objectId: string;
  readonly kind: ObjectKind;
  readonly recipe: unknown;
}) => Promise<Result<Payload>>;

/** What a sender is given for one attempt. */
export type Attempt = {
  readonly objectId: string;
  readonly kind: ObjectKind;
  readonly payload: Payload;
  readonly destination: Destination;
  readonly credentials: Credentials;
  /** Upload URL or the like that an earlier attempt was given; null at the first. */
  readonly resume: string | null;
  /** Keeps what a later attempt needs; durable when resolved. */
  readonly keepResume: (resume: string) => Promise<void>;
  /** Bytes that the other side is known to hold; also keeps the lease alive. */
  readonly onProgress: (offset: number) => void;
  /** Waits until so many bytes may leave: the bandwidth cap. */
  readonly maysend: (bytes: number) => Promise<void>;
  readonly signal: AbortSignal;
};

/**
 * accepted: it took the object, `confirm` is to be asked. confirmed: it was seen to hold the same
 * bytes or content. failed: by the fault's family it is tried again, tried again as ambiguous, or
 * handed to a person. `retryAfterMs`: as the other side asked.
 */
export type SendOutcome =
  | { readonly outcome: 'accepted' | 'confirmed'; readonly remoteRef: string | null }
  | { readonly outcome: 'failed'; readonly fault: Fault; readonly retryAfterMs?: number };

/** One kind of destination. Never throws for what the other side or the network does. */
export type Sender = {
  readonly send: (attempt: Attempt) => Promise<SendOutcome>;
  /** Asks the other side whether it holds the object with the same content. */
  readonly confirm: (attempt: Attempt) => Promise<SendOutcome>;
};

export type DeliveryFilter = {
  readonly states?: readonly DeliveryState[];
  readonly actId?: string;
  readonly limit?: number;
  /** Deliveries after this id. */
  readonly after?: number;
};

export type ClaimedDelivery = Delivery & {
  readonly recipe: unknown;
  readonly resume: string | null;
  /** Proof of the claim: an outcome under another lease is refused. */
  readonly lease: string;
};

/** The queue itself: rows and rules, no network. Times are Unix ms from the injected clock. */
export type Queue = {
  /** Durable when resolved; an `objectId` that is known already changes nothing. */
  readonly enqueue: (objects: readonly NewObject[]) => Promise<Result<void>>;
  /** Most urgent first, then oldest. Lazy: a power cut makes it queued again. */
  readonly claim: (destinationId: string, count: number) => Promise<Result<ClaimedDelivery[]>>;
  /** Bytes may leave from now on. Lazy: the identity of the object makes repeating safe. */
  readonly inFlight: (claimed: ClaimedDelivery) => Promise<Result<void>>;
  readonly prepared: (claimed: ClaimedDelivery, payload: Payload) => Promise<Result<void>>;
  readonly keepResume: (claimed: ClaimedDelivery, resume: string) => Promise<Result<void>>;
  readonly progress: (claimed: ClaimedDelivery, offset: number) => Promise<Result<void>>;
  readonly done: (claimed: ClaimedDelivery, ack: Ack, ref: string | null) => Promise<Result<void>>;
  /** By the fault's family: queued again with back-off, refused, or quarantined. */
  readonly fail: (
    claimed: ClaimedDelivery,
    fault: Fault,
    retryAfterMs?: number,
  ) => Promise<Result<DeliveryState>>;
  /** Claims whose lease ran out go back to the queue; called at start and while running. */
  readonly recover: () => Promise<Result<{ readonly recovered: number }>>;
  readonly list: (filter: DeliveryFilter) => Delivery[];
  readonly history: (deliveryId: number) => DeliveryEvent[];
  readonly retry: (deliveryId: number) => Promise<Result<void>>;
  /** `first`: before everything that waits for the same destination. */
  readonly reorder: (deliveryId: number, where: 'first' | 'last') => Promise<Result<void>>;
  /** A person ends what is stuck: with a reason, kept in the history. */
  readonly resolve: (deliveryId: number, note: string) => Promise<Result<void>>;
};
