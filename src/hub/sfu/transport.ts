import type { types } from 'mediasoup';
import type { CallOutput } from '../../contracts/calls.ts';
import type { Result } from '../../contracts/faults.ts';
import type { SignallingCalls } from '../../contracts/signalling.ts';
import { attempt } from './attempt.ts';

/** Largest message of a data channel, bytes: a block of sampleBlock.ts or a batch of them. */
const DATA_MESSAGE_MAX = 256 * 1024;
/** What may wait for a slow consumer, bytes; beyond it messages are dropped and back-filled. */
const DATA_SEND_BUFFER = 4 * 1024 * 1024;
const INITIAL_OUTGOING_BITRATE = 1_000_000;

/** @returns a WebRTC transport with SCTP on the listener's ports. */
export function openTransport(
  router: types.Router,
  webRtcServer: types.WebRtcServer,
): Promise<Result<types.WebRtcTransport>> {
  return attempt(() =>
    router.createWebRtcTransport({
      webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITRATE,
      enableSctp: true,
      maxSendMessageSize: DATA_MESSAGE_MAX,
      maxReceiveMessageSize: DATA_MESSAGE_MAX,
      sctpSendBufferSize: DATA_SEND_BUFFER,
      sctpPerStreamSendQueueLimit: DATA_SEND_BUFFER,
    }),
  );
}

/** What the peer needs to build its end. */
export function describeTransport(
  transport: types.WebRtcTransport,
): CallOutput<SignallingCalls, 'createTransport'> {
  const { id, iceParameters, iceCandidates, dtlsParameters, sctpParameters } = transport;
  if (sctpParameters === undefined) {
    throw new Error('a transport was made without SCTP');
  }
  return { transportId: id, iceParameters, iceCandidates, dtlsParameters, sctpParameters };
}

export function connectTransport(
  transport: types.WebRtcTransport,
  dtlsParameters: Record<string, unknown>,
): Promise<Result<void>> {
  // JSON enters here; mediasoup checks it field by field and rejects what it cannot read.
  const checked = dtlsParameters as unknown as types.DtlsParameters;
  return attempt(() => transport.connect({ dtlsParameters: checked }));
}

export function restartIce(transport: types.WebRtcTransport): Promise<Result<types.IceParameters>> {
  return attempt(() => transport.restartIce());
}
