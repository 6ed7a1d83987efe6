import { z } from 'zod';
import type { CallTable } from './calls.ts';
import { FaultSchema } from './faults.ts';
import { type Role, RoleSchema } from './roles.ts';

/** Largest message either side reads, bytes. An SDP-less WebRTC offer of mediasoup is about 8 kB. */
export const SIGNALLING_MAX_BYTES = 64 * 1024;
export const SIGNALLING_PATH = '/signalling';
export const SIGNALLING_PROTOCOL = 'chariot.signalling.1';

/** Name of a room as it stands in the address of the physician's page (`/p/<room>`). */
export const RoomNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);

const EVERYONE: readonly Role[] = ['nurse', 'physician'];
const id = z.string().min(1).max(64);

/**
 * mediasoup's own parameter objects cross this contract as JSON objects: mediasoup and
 * mediasoup-client validate them; Chariot bounds their size (SIGNALLING_MAX_BYTES).
 */
const MediaParametersSchema = z.record(z.string(), z.unknown());

export const SourceSchema = z.enum(['camera', 'microphone']);
export type MediaSource = z.infer<typeof SourceSchema>;

export const ProducerSchema = z.object({
  producerId: id,
  peerId: id,
  kind: z.enum(['audio', 'video']),
  source: SourceSchema,
});
export type ProducerInfo = z.infer<typeof ProducerSchema>;

/** What a data channel carries: a device's live stream, the live control talk, late blocks. */
export const DataPurposeSchema = z.enum(['stream', 'control', 'backfill']);
export const DataProducerSchema = z.object({
  dataProducerId: id,
  peerId: id,
  purpose: DataPurposeSchema,
  /** Stream number where purpose is `stream`. */
  streamId: z.number().int().nonnegative().nullable(),
});
export type DataProducerInfo = z.infer<typeof DataProducerSchema>;

export const PeerSchema = z.object({
  peerId: id,
  role: RoleSchema,
  displayName: z.string().max(80),
});
export type PeerInfo = z.infer<typeof PeerSchema>;

const Empty = z.object({});

/** What a peer may ask the hub. `join` comes first; all others answer SIGNALLING_NOT_JOINED before. */
export const SIGNALLING_CALLS = {
  /** Idempotent: joining again with the same `peerId` replaces the peer's former connection. */
  join: {
    roles: EVERYONE,
    input: z.object({
      token: z.string().min(1).max(2048),
      peerId: id,
      displayName: z.string().max(80),
      /** Room that the caller believes to enter; a token for another one answers ROOM_UNKNOWN. */
      room: z.string().max(64).optional(),
    }),
    output: z.object({
      room: id,
      role: RoleSchema,
      routerRtpCapabilities: MediaParametersSchema,
      peers: z.array(PeerSchema),
      producers: z.array(ProducerSchema),
      dataProducers: z.array(DataProducerSchema),
    }),
  },
  createTransport: {
    roles: EVERYONE,
    input: z.object({ direction: z.enum(['send', 'receive']) }),
    output: z.object({
      transportId: id,
      iceParameters: MediaParametersSchema,
      iceCandidates: z.array(MediaParametersSchema),
      dtlsParameters: MediaParametersSchema,
      sctpParameters: MediaParametersSchema,
    }),
  },
  connectTransport: {
    roles: EVERYONE,
    input: z.object({ transportId: id, dtlsParameters: MediaParametersSchema }),
    output: Empty,
  },
  restartIce: {
    roles: EVERYONE,
    input: z.object({ transportId: id }),
    output: z.object({ iceParameters: MediaParametersSchema }),
  },
  /** Idempotent by `requestId`: the same request answers the same producer. */
  produce: {
    roles: EVERYONE,
    input: z.object({
      requestId: id,
      transportId: id,
      kind: z.enum(['audio', 'video']),
      source: SourceSchema,
      rtpParameters: MediaParametersSchema,
    }),
    output: z.object({ producerId: id }),
  },
  closeProducer: { roles: EVERYONE, input: z.object({ producerId: id }), output: Empty },
  /** Idempotent by `requestId`. `stream` and `backfill` are for the cart alone. */
  produceData: {
    roles: EVERYONE,
    input: z.object({
      requestId: id,
      transportId: id,
      purpose: DataPurposeSchema,
      streamId: z.number().int().nonnegative().nullable(),
      sctpStreamParameters: MediaParametersSchema,
    }),
    output: z.object({ dataProducerId: id }),
  },
  /** The consumer starts paused; `resumeConsumer` starts it once the client is listening. */
  consume: {
    roles: EVERYONE,
    input: z.object({
      transportId: id,
      producerId: id,
      rtpCapabilities: MediaParametersSchema,
    }),
    output: z.object({
      consumerId: id,
      kind: z.enum(['audio', 'video']),
      rtpParameters: MediaParametersSchema,
    }),
  },
  resumeConsumer: { roles: EVERYONE, input: z.object({ consumerId: id }), output: Empty },
  consumeData: {
    roles: EVERYONE,
    input: z.object({ transportId: id, dataProducerId: id }),
    output: z.object({
      dataConsumerId: id,
      label: z.string(),
      protocol: z.string(),
      sctpStreamParameters: MediaParametersSchema,
    }),
  },
  /** Does nothing: a browser cannot see the hub's WebSocket pings, and asks so if it is there. */
  ping: { roles: EVERYONE, input: Empty, output: Empty },
  leave: { roles: EVERYONE, input: Empty, output: Empty },
} as const satisfies CallTable;
export type SignallingCalls = typeof SIGNALLING_CALLS;

/** What the hub tells a joined peer unasked. */
export const SignallingNoticeSchema = z.discriminatedUnion('notice', [
  z.object({ notice: z.literal('peerJoined'), peer: PeerSchema }),
  z.object({ notice: z.literal('peerLeft'), peerId: id }),
  z.object({ notice: z.literal('producerAvailable'), producer: ProducerSchema }),
  z.object({ notice: z.literal('producerClosed'), producerId: id }),
  z.object({ notice: z.literal('dataProducerAvailable'), dataProducer: DataProducerSchema }),
  z.object({ notice: z.literal('dataProducerClosed'), dataProducerId: id }),
  /** The hub is about to stop, or this connection was replaced by a newer one of the same peer. */
  z.object({ notice: z.literal('closing'), reason: z.enum(['shutdown', 'replaced', 'expired']) }),
]);
export type SignallingNotice = z.infer<typeof SignallingNoticeSchema>;

/** Client to hub. */
export const SignallingRequestSchema = z.object({
  id: z.number().int().nonnegative(),
  call: z.string().max(64),
  input: z.unknown(),
});

/** Hub to client. A message that could not be read is answered with `id: null` and a fault. */
export const SignallingMessageSchema = z.union([
  z.object({ id: z.number().int().nonnegative(), ok: z.literal(true), value: z.unknown() }),
  z.object({
    id: z.number().int().nonnegative().nullable(),
    ok: z.literal(false),
    fault: FaultSchema,
  }),
  SignallingNoticeSchema,
]);
export type SignallingMessage = z.infer<typeof SignallingMessageSchema>;
