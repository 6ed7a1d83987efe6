import { once } from 'node:events';
import * as mediasoup from 'mediasoup';
import type { DirectTransport, Router, WebRtcTransport, Worker } from 'mediasoup/types';
import { SetupFailure } from '../kit/failure.ts';
import { type Endpoint, joinTransports } from './crossover.ts';

const SECOND = 1000;
const SMOKE_LIMIT = 20 * SECOND;
const SSRC = 0x43484152;
const PAYLOAD = Buffer.from('chariot worker smoke test');

/**
 * Sends one RTP packet through a worker the way a call does: two of its WebRTC transports shake
 * hands over DTLS with each other, one encrypts the packet with SRTP, the other decrypts it. Crosses
 * everything that a build against other libraries can break. `binary` null is the package's own.
 */
export async function smokeTestWorker(binary: string | null): Promise<void> {
  const ended = new AbortController();
  const limit = setTimeout(() => ended.abort(new Error('no answer for 20 s')), SMOKE_LIMIT);
  let worker: Worker | undefined;
  try {
    const workerBin = binary === null ? {} : { workerBin: binary };
    worker = await mediasoup.createWorker({ logLevel: 'none', ...workerBin });
    worker.on('died', (error) => ended.abort(error));
    const arrived = await unlessEnded(sendThrough(worker, ended.signal), ended.signal);
    if (!arrived.equals(PAYLOAD)) throw new Error('the packet arrived changed');
  } catch (error) {
    throw new SetupFailure(
      `the mediasoup worker does not carry a call (${binary ?? "the package's own"}): ${String(error)}`,
      'MEDIASOUP_WORKER_BIN names the worker to use; without that variable set-up downloads or builds one.',
    );
  } finally {
    clearTimeout(limit);
    ended.abort();
    worker?.close();
  }
}

/** Answers the payload as it came out at the other end. */
async function sendThrough(worker: Worker, signal: AbortSignal): Promise<Buffer> {
  const router = await worker.createRouter({
    mediaCodecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }],
  });
  const listenInfos = [{ protocol: 'udp' as const, ip: '127.0.0.1' }];
  const caller = await router.createWebRtcTransport({ listenInfos });
  const callee = await router.createWebRtcTransport({ listenInfos });
  await joinTransports(endpointOf(caller), endpointOf(callee), signal);
  await shakeHands(caller, callee, signal);
  return carryPacket({ router, caller, callee, signal });
}

async function shakeHands(caller: WebRtcTransport, callee: WebRtcTransport, signal: AbortSignal) {
  // One worker has one certificate. Each side is told the role of the other.
  const { fingerprints } = caller.dtlsParameters;
  await Promise.all([
    dtlsConnected(caller, signal),
    dtlsConnected(callee, signal),
    caller.connect({ dtlsParameters: { role: 'server', fingerprints } }),
    callee.connect({ dtlsParameters: { role: 'client', fingerprints } }),
  ]);
}

async function dtlsConnected(transport: WebRtcTransport, signal: AbortSignal): Promise<void> {
  while (transport.dtlsState !== 'connected') {
    if (transport.dtlsState === 'failed') throw new Error('the DTLS handshake failed');
    await once(transport, 'dtlsstatechange', { signal });
  }
}

interface Call {
  readonly router: Router;
  readonly caller: WebRtcTransport;
  readonly callee: WebRtcTransport;
  readonly signal: AbortSignal;
}

async function carryPacket({ router, caller, callee, signal }: Call): Promise<Buffer> {
  const { rtpCapabilities } = router;
  const direct: DirectTransport = await router.createDirectTransport();
  const source = await direct.produce({
    kind: 'audio',
    rtpParameters: {
      codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }],
      encodings: [{ ssrc: SSRC }],
    },
  });
  const sent = await caller.consume({ producerId: source.id, rtpCapabilities });
  const { codecs, encodings = [] } = sent.rtpParameters;
  const received = await callee.produce({ kind: 'audio', rtpParameters: { codecs, encodings } });
  const sink = await direct.consume({ producerId: received.id, rtpCapabilities });
  let sequence = 0;
  const repeat = setInterval(() => source.send(rtpPacket(sequence++)), 20);
  try {
    const [packet] = await once(sink, 'rtp', { signal });
    return Buffer.isBuffer(packet) ? packet.subarray(-PAYLOAD.length) : Buffer.alloc(0);
  } finally {
    clearInterval(repeat);
  }
}

/** RFC 3550 section 5.1, without extensions or padding. */
function rtpPacket(sequence: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(0x8064, 0);
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE((sequence * 960) >>> 0, 4);
  header.writeUInt32BE(SSRC, 8);
  return Buffer.concat([header, PAYLOAD]);
}

function endpointOf(transport: WebRtcTransport): Endpoint {
  const [candidate] = transport.iceCandidates;
  if (candidate === undefined) throw new Error('the worker offers no address');
  return { ip: candidate.address, port: candidate.port, ...transport.iceParameters };
}

/** The result, or the reason of the signal as soon as it fires. */
async function unlessEnded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const end = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, end]);
}
