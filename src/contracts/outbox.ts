import { z } from 'zod';
import { FaultSchema } from './faults.ts';

/**
 * What is sent, most urgent first: the order in which it leaves when all of it waits. report: the
 * signed report as FHIR bundle or PDF. A `practice` object does not exist: nothing fictional is queued.
 */
export const OBJECT_KINDS = [
  'report',
  'fhirBundle',
  'dicomEcg',
  'dicomImage',
  'dicomAudio',
  'dicomPdf',
  'clip',
  'recording',
] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** Smaller leaves first. Ten apart: a person may put one before another. */
export const PRIORITY_OF: Readonly<Record<ObjectKind, number>> = {
  report: 0,
  fhirBundle: 10,
  dicomEcg: 20,
  dicomPdf: 30,
  dicomImage: 40,
  dicomAudio: 50,
  clip: 60,
  recording: 70,
};

/**
 * Where a delivery is, as a person would say it.
 * - queued: waits for its turn, or for the time of its next attempt;
 * - claimed: a sender prepares it; after a crash it is simply queued again;
 * - inFlight: bytes may have reached the other side; after a crash nobody knows, and sending again
 *   relies on the other side knowing the object by its identity;
 * - done: the other side has it (see `ack` for how well that is known);
 * - refused: the other side, or a rule, said no for good: a person must resolve it;
 * - quarantined: it failed in a way that trying again may not cure, or too often: a person must look.
 */
export const DELIVERY_STATES = [
  'queued',
  'claimed',
  'inFlight',
  'done',
  'refused',
  'quarantined',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/**
 * What the other side has said, apart from where the job is. none: nothing; accepted: it answered
 * that it took the object; confirmed: it was asked again and holds the same bytes, or the same content.
 */
export const ACKS = ['none', 'accepted', 'confirmed'] as const;
export type Ack = (typeof ACKS)[number];

export const DESTINATION_KINDS = ['dicomweb', 'fhir', 'hub'] as const;
export type DestinationKind = (typeof DESTINATION_KINDS)[number];

/** Which kind of server takes which object. */
export const TAKEN_BY: Readonly<Record<DestinationKind, readonly ObjectKind[]>> = {
  dicomweb: ['dicomEcg', 'dicomImage', 'dicomAudio', 'dicomPdf'],
  fhir: ['report', 'fhirBundle'],
  hub: ['clip', 'recording'],
};

/** The destination that is the hub of this very cart: its port, certificate and token are its run's. */
export const EMBEDDED_HUB_ID = 'embedded-hub';

export const DestinationSchema = z.object({
  destinationId: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  kind: z.enum(DESTINATION_KINDS),
  /** What people call it. */
  name: z.string().min(1).max(60),
  /** Root of the service: https://pacs/dicom-web, https://dmp/fhir. Plain http only to loopback. */
  url: z.url(),
  enabled: z.boolean().default(true),
  /** Deliveries under way at the same time. */
  concurrency: z.number().int().min(1).max(8).default(2),
  /** SHA-256 of the only certificate that is accepted, hex; null: the system's authorities decide. */
  certificateSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .default(null),
});
export type Destination = z.infer<typeof DestinationSchema>;

/** Kept by the encrypted store; never read back by a window. */
export const CredentialsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('basic'), user: z.string().min(1), password: z.string() }),
  z.object({ kind: z.literal('bearer'), token: z.string().min(1) }),
]);
export type Credentials = z.infer<typeof CredentialsSchema>;

/** One object on its way to one destination, as a screen shows it. Holds no patient's data. */
export const DeliverySchema = z.object({
  deliveryId: z.number().int().positive(),
  objectId: z.uuid(),
  kind: z.enum(OBJECT_KINDS),
  actId: z.uuid().nullable(),
  destinationId: z.string(),
  state: z.enum(DELIVERY_STATES),
  ack: z.enum(ACKS),
  priority: z.number().int(),
  attempts: z.number().int().nonnegative(),
  /** null until the document was made. */
  bytes: z.number().int().nonnegative().nullable(),
  /** Bytes of it that the other side is known to hold. */
  offset: z.number().int().nonnegative(),
  enqueuedAt: z.iso.datetime(),
  nextAttemptAt: z.iso.datetime().nullable(),
  doneAt: z.iso.datetime().nullable(),
  /** Why it is where it is. */
  fault: FaultSchema.nullable(),
});
export type Delivery = z.infer<typeof DeliverySchema>;

export const DeliveryEventSchema = z.object({
  deliveryId: z.number().int().positive(),
  at: z.iso.datetime(),
  event: z.enum([
    'enqueued',
    'claimed',
    'sent',
    'accepted',
    'confirmed',
    'failed',
    'refused',
    'quarantined',
    'leaseExpired',
    'recovered',
    'retried',
    'reordered',
    'resolved',
    'purged',
  ]),
  fault: FaultSchema.nullable(),
  /** What a person said when they resolved it. */
  note: z.string().nullable(),
});
export type DeliveryEvent = z.infer<typeof DeliveryEventSchema>;

/** Whether anything can leave, and what keeps it: told by the system and by the destinations. */
export const NETWORK_STATES = ['up', 'offline', 'captivePortal', 'paused'] as const;
export type NetworkState = (typeof NETWORK_STATES)[number];

export const DestinationStateSchema = z.object({
  destination: DestinationSchema,
  hasCredentials: z.boolean(),
  /** reachable: unknown until something was tried. backingOff: until `retryAt`. */
  state: z.enum(['unknown', 'reachable', 'backingOff', 'disabled']),
  retryAt: z.iso.datetime().nullable(),
  fault: FaultSchema.nullable(),
});
export type DestinationState = z.infer<typeof DestinationStateSchema>;

/** The quiet indicator. */
export const OutboxSummarySchema = z.object({
  /** Not done: queued, claimed or in flight. */
  waiting: z.number().int().nonnegative(),
  sending: z.number().int().nonnegative(),
  /** Refused or quarantined: a person is needed. */
  stuck: z.number().int().nonnegative(),
  waitingBytes: z.number().int().nonnegative(),
  oldestWaitingAt: z.iso.datetime().nullable(),
  doneToday: z.number().int().nonnegative(),
  network: z.enum(NETWORK_STATES),
  /** Slowed because a consultation is live. */
  slowed: z.boolean(),
});
export type OutboxSummary = z.infer<typeof OutboxSummarySchema>;

/** One numbered step of a connection test, with its verdict. */
export const CONNECTION_STEPS = [
  'resolve',
  'connect',
  'certificate',
  'captivePortal',
  'credentials',
  'service',
] as const;
export const ConnectionTestSchema = z.object({
  ok: z.boolean(),
  steps: z.array(
    z.object({
      step: z.enum(CONNECTION_STEPS),
      verdict: z.enum(['ok', 'failed', 'skipped']),
      fault: FaultSchema.nullable(),
      /** As the other side said it: a server's name and version, a certificate's issuer. */
      detail: z.string().max(300),
      ms: z.number().nonnegative(),
    }),
  ),
});
export type ConnectionTest = z.infer<typeof ConnectionTestSchema>;

/** How the key of the store is kept. */
export const KEY_PROTECTIONS = ['keystore', 'obfuscated', 'passphrase'] as const;
export const StoreStateSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('open'),
    protection: z.enum(KEY_PROTECTIONS),
    /** Set when the database was damaged and what was intact has been saved from it. */
    salvage: z
      .object({
        at: z.iso.datetime(),
        rowsSaved: z.number().int().nonnegative(),
        tablesDamaged: z.array(z.string()),
        /** Where the damaged file was put; nothing was deleted. */
        quarantine: z.string(),
      })
      .nullable(),
  }),
  /** A passphrase must be typed. */
  z.object({ state: z.literal('locked'), fault: FaultSchema.nullable() }),
  /** Nothing can be kept; the examination goes on unrecorded and says so. */
  z.object({ state: z.literal('unavailable'), fault: FaultSchema }),
]);
export type StoreState = z.infer<typeof StoreStateSchema>;
