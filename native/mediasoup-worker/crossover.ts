import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { bindingRequest, type IceCredentials, isBindingSuccess } from './stun.ts';

/** Where a server-side transport listens, and what it wants to see in a connectivity check. */
export interface Endpoint extends IceCredentials {
  readonly ip: string;
  readonly port: number;
}

const RETRY_MS = 100;

/**
 * Joins two ICE-lite transports, neither of which ever starts a conversation: passes a connectivity
 * check to each and then carries every datagram of the one to the other. Resolves when both have
 * accepted; ends with the signal.
 */
export async function joinTransports(a: Endpoint, b: Endpoint, signal: AbortSignal): Promise<void> {
  const legs: readonly [Socket, Socket] = [createSocket('udp4'), createSocket('udp4')];
  const close = () => {
    for (const leg of legs) leg.close();
  };
  signal.addEventListener('abort', close, { once: true });
  const forward = (datagram: Buffer, leg: Socket, to: Endpoint) => {
    if (!isStun(datagram) && !signal.aborted) leg.send(datagram, to.port, to.ip);
  };
  legs[0].on('message', (datagram) => forward(datagram, legs[1], b));
  legs[1].on('message', (datagram) => forward(datagram, legs[0], a));
  await Promise.all([knock(legs[0], a, signal), knock(legs[1], b, signal)]);
}

/** Repeats the check until it is answered: datagrams may be lost even on loopback. */
async function knock(leg: Socket, to: Endpoint, signal: AbortSignal): Promise<void> {
  const send = () => leg.send(bindingRequest(to), to.port, to.ip);
  const repeat = setInterval(send, RETRY_MS);
  try {
    send();
    for (;;) {
      const [datagram] = await once(leg, 'message', { signal });
      if (Buffer.isBuffer(datagram) && isBindingSuccess(datagram)) return;
    }
  } finally {
    clearInterval(repeat);
  }
}

/** RFC 7983: the first byte of STUN is 0-3, of DTLS 20-63, of SRTP 128-191. */
function isStun(datagram: Buffer): boolean {
  return (datagram[0] ?? 0) < 4;
}
