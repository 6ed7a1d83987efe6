import { connect as connectTcp, isIP, type Socket } from 'node:net';
import {
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { ok, type Result } from '../../../contracts/faults.ts';
import { connectFault, handshakeFault, trustFault } from './faults.ts';

export type Dial = {
  readonly url: URL;
  /** SHA-256 of the only certificate that is accepted; null: the authorities decide. */
  readonly certificateSha256: string | null;
  readonly authorities: () => readonly string[];
  readonly now: () => number;
  /** For name, connection and handshake together, ms. */
  readonly timeoutMs: number;
};

/** A connection over which not one byte of a request has gone: whom it leads to is certain. */
export async function dial(options: Dial): Promise<Result<Socket>> {
  const tcp = await dialTcp(options);
  return tcp.ok && options.url.protocol === 'https:' ? await secure(options, tcp.value) : tcp;
}

export function dialTcp({ url, timeoutMs }: Dial): Promise<Result<Socket>> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: hostOf(url), port: portOf(url), noDelay: true });
    settleOnce(socket, 'connect', timeoutMs, (outcome) => {
      resolve(outcome.ok ? ok(socket) : { ok: false, fault: connectFault(outcome.error) });
    });
  });
}

/** @returns the TLS socket; its certificate was compared with the pin, or found good. */
async function secure(options: Dial, tcp: Socket): Promise<Result<TLSSocket>> {
  const shaken = await shakeHands(options, tcp);
  if (!shaken.ok) {
    return shaken;
  }
  const fault = trustFault(shaken.value, options.certificateSha256, options.now());
  if (fault === null) {
    return shaken;
  }
  shaken.value.destroy();
  return { ok: false, fault };
}

/** @returns the TLS socket; whether its certificate is to be trusted is for the caller to judge. */
export function shakeHands(options: Dial, tcp: Socket): Promise<Result<TLSSocket>> {
  const host = hostOf(options.url);
  return new Promise((resolve) => {
    const socket = connectTls({
      socket: tcp,
      host,
      // SNI names no addresses (RFC 6066 section 3).
      ...(isIP(host) === 0 ? { servername: host } : {}),
      secureContext: contextOf(options),
      ALPNProtocols: ['http/1.1'],
      // Judged before anything is said: a pinned certificate has no authority.
      rejectUnauthorized: false,
    });
    settleOnce(socket, 'secureConnect', options.timeoutMs, (outcome) => {
      resolve(outcome.ok ? ok(socket) : { ok: false, fault: handshakeFault(outcome.error) });
    });
  });
}

const NOBODY: readonly string[] = [];
const contexts = new WeakMap<readonly string[], SecureContext>();

/** Reading some hundred authorities holds main for 30 ms, and a pinned certificate needs none. */
function contextOf({ certificateSha256, authorities }: Dial): SecureContext {
  const trusted = certificateSha256 === null ? authorities() : NOBODY;
  const known = contexts.get(trusted);
  const context = known ?? createSecureContext({ ca: [...trusted], minVersion: 'TLSv1.2' });
  contexts.set(trusted, context);
  return context;
}

type Settled = { readonly ok: true } | { readonly ok: false; readonly error: string };

function settleOnce(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  timeoutMs: number,
  settle: (outcome: Settled) => void,
): void {
  let settled = false;
  const finish = (outcome: Settled): void => {
    if (settled) {
      return;
    }
    settled = true;
    clearTimeout(timer);
    if (!outcome.ok) {
      socket.destroy();
    }
    settle(outcome);
  };
  const timer = setTimeout(() => finish({ ok: false, error: 'ETIMEDOUT' }), timeoutMs);
  // Stays for the life of the socket: an error that nobody hears would end the process.
  socket.on('error', (error: NodeJS.ErrnoException) => {
    finish({ ok: false, error: error.code ?? error.name });
  });
  socket.once('close', () => finish({ ok: false, error: 'ECONNRESET' }));
  socket.once(event, () => finish({ ok: true }));
}

export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}
