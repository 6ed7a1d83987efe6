import { z } from 'zod';
import { FaultSchema } from './faults.ts';
import { OBJECT_KINDS } from './outbox.ts';
import { RoleSchema } from './roles.ts';
import { RoomNameSchema } from './signalling.ts';

/** Who leaves objects with a hub: a cart reads back only what it left itself. */
export const CartNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);

/** What a hub says of an object that it holds: `GET /objects/<objectId>`. */
export const HeldObjectSchema = z.object({
  objectId: z.uuid(),
  kind: z.enum(OBJECT_KINDS),
  mediaType: z.string(),
  bytes: z.number().int().nonnegative(),
  /** Of the plain bytes as the hub has read them back from its disk, lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  storedAt: z.iso.datetime(),
});
export type HeldObject = z.infer<typeof HeldObjectSchema>;

/** Below the hub's root: tus 1.0.0 with creation, expiration and checksum. */
export const UPLOADS_PATH = '/uploads';
export const OBJECTS_PATH = '/objects';
/** tus checksum extension: what arrived is not what its checksum says. */
export const CHECKSUM_MISMATCH = 460;
/** Longest body of one PATCH: a hub holds it in memory until its checksum is known. */
export const LONGEST_CHUNK = 4 * 1024 * 1024;

/** Settings of a hub process, from main (embedded) or from the environment (alone). */
export const HubSettingsSchema = z.object({
  /** Address that the HTTPS port binds; loopback by default, a LAN address on a cart. */
  host: z.string().default('127.0.0.1'),
  /** 0: any free port. */
  port: z.number().int().min(0).max(65535).default(0),
  /** Where the certificate, the token secret and later the store live. */
  dataDir: z.string().min(1),
  /** Built files of the physician's page. */
  pageDir: z.string().min(1),
  /** Address and port where the SFU takes media from the cart and, lacking `outside`, from all. */
  media: z
    .object({
      ip: z.string().default('127.0.0.1'),
      port: z.number().int().min(0).max(65535).default(0),
      announcedAddress: z.string().optional(),
    })
    .default({ ip: '127.0.0.1', port: 0 }),
  /** Where physicians' media arrives when their network sees another address than the cart's. */
  outside: z
    .object({
      ip: z.string(),
      port: z.number().int().min(0).max(65535),
      announcedAddress: z.string().optional(),
    })
    .optional(),
  /**
   * Key under which stored objects are encrypted, 32 bytes in hex. Main gives an embedded hub one that
   * its own store protects; lacking it, the hub makes a key file in its data folder.
   */
  objectKey: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** mediasoup worker to run; null: the one of the package. */
  workerBin: z.string().nullable().default(null),
});
export type HubSettings = z.input<typeof HubSettingsSchema>;

/** Main to an embedded hub. */
export const HubRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), settings: HubSettingsSchema }),
  z.object({
    kind: z.literal('token'),
    id: z.number().int(),
    room: RoomNameSchema,
    role: RoleSchema,
    lifetimeMs: z.number().positive(),
  }),
  /** Lets a cart leave objects with the hub; answered by `token`. */
  z.object({
    kind: z.literal('uploadToken'),
    id: z.number().int(),
    cart: CartNameSchema,
    lifetimeMs: z.number().positive(),
  }),
  z.object({ kind: z.literal('stop') }),
]);

export type HubRequest = z.infer<typeof HubRequestSchema>;

/** An embedded hub to main. */
export const HubMessageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('up'),
    port: z.number().int(),
    mediaPort: z.number().int(),
    outsidePort: z.number().int().nullable(),
    /** SHA-256 of the certificate (DER), lower-case hex; the window trusts this one alone. */
    certificateSha256: z.string(),
    /** Base64 SHA-256 of the certificate's public key (SPKI), as Chromium's switch takes it. */
    spkiSha256: z.string(),
    mediasoup: z.string(),
    workerPid: z.number().int(),
  }),
  z.object({ kind: z.literal('token'), id: z.number().int(), token: z.string() }),
  z.object({ kind: z.literal('failed'), fault: FaultSchema }),
]);
export type HubMessage = z.infer<typeof HubMessageSchema>;
