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
  /** Bytes of an earlier attempt may have arrived: `confirm` is asked before anything is sent. */
  readonly ambiguous: boolean;
  /** SHA-256 of the payload as it was first made; null: not made yet. */
  readonly sha256: string | null;
  readonly mediaType: string | null;
  /** Proof of the claim: an outcome under another lease is refused. */
  readonly lease: string;
};

/** Time and timers, injected. Unix ms; `after` answers what takes the timer back. */
export type Clock = {
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
};

/** The queue itself: rows and rules, no network. Times are Unix ms from the injected clock. */
export type Queue = {
  /**
   * Durable when resolved. An object that is known goes to those destinations alone for which it was
   * not queued yet, as it was queued first; one that was purged to none.
   */
  readonly enqueue: (objects: readonly NewObject[]) => Promise<Result<void>>;
  /** Most urgent first, then oldest. Lazy: a power cut makes it queued again. */
  readonly claim: (destinationId: string, count: number) => Promise<Result<ClaimedDelivery[]>>;
  /**
   * Bytes may leave from now on; with `payload` it is `prepared` as well, in the same transaction. Lazy:
   * the identity of the object makes repeating safe.
   */
  readonly inFlight: (claimed: ClaimedDelivery, payload?: Payload) => Promise<Result<void>>;
  /** OUTBOX_PAYLOAD_CHANGED where the object was made before, of other bytes. Lazy. */
  readonly prepared: (claimed: ClaimedDelivery, payload: Payload) => Promise<Result<void>>;
  readonly keepResume: (claimed: ClaimedDelivery, resume: string) => Promise<Result<void>>;
  /** The furthest that is told counts. Lazy; keeps the lease alive. */
  readonly progress: (claimed: ClaimedDelivery, offset: number) => Promise<Result<void>>;
  /** It answered that it took the object; in flight until it is confirmed. Lazy. */
  readonly accepted: (claimed: ClaimedDelivery, ref: string | null) => Promise<Result<void>>;
  /** Durable. */
  readonly done: (claimed: ClaimedDelivery, ack: Ack, ref: string | null) => Promise<Result<void>>;
  /** By the fault's family: queued again with back-off, refused, or quarantined. */
  readonly fail: (
    claimed: ClaimedDelivery,
    fault: Fault,
    retryAfterMs?: number,
  ) => Promise<Result<DeliveryState>>;
  /** The attempt was stopped from this side: queued again, and nothing is counted against it. */
  readonly release: (claimed: ClaimedDelivery) => Promise<Result<void>>;
  /**
   * The destination is reached again: what waits because its link broke is ready at once.
   * @returns how many.
   */
  readonly relink: (destinationId: string) => Promise<Result<number>>;
  /** When the next delivery for a destination may be claimed: 0 now, null never. Unix ms. */
  readonly dueAt: (destinationId: string) => number | null;
  /**
   * Claims of an earlier run, and those whose lease ran out, go back to the queue; called at start
   * and while running.
   */
  readonly recover: () => Promise<Result<{ readonly recovered: number }>>;
  /** The clock was set: what this run works on is not abandoned for that. */
  readonly renew: () => Promise<Result<void>>;
  readonly list: (filter: DeliveryFilter) => Delivery[];
  readonly history: (deliveryId: number) => DeliveryEvent[];
  /** @returns where it goes. */
  readonly retry: (deliveryId: number) => Promise<Result<string>>;
  /** `first`: before everything that waits for the same destination. */
  readonly reorder: (deliveryId: number, where: 'first' | 'last') => Promise<Result<void>>;
  /** A person ends what is stuck: with a reason, kept in the history. */
  readonly resolve: (deliveryId: number, note: string) => Promise<Result<void>>;
};
