import type { IncomingHttpHeaders } from 'node:http';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { type Fault, fault } from '../../../contracts/faults.ts';

/** What an attempt failed by; `retryAfterMs` as the other side asked. */
export type Failure = {
  readonly ok: false;
  readonly fault: Fault;
  readonly retryAfterMs?: number;
};

export type HttpAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

const SECOND = 1000;
/** Longest wait that another side may ask for: a mistaken date must not end a delivery. */
const LONGEST_WAIT = 60 * 60 * SECOND;

/** Nothing left the cart yet. */
export function connectFault(code: string): Fault {
  return fault('OUTBOX_UNREACHABLE', { reason: code });
}

/** Somebody is there; what they speak may not be TLS. */
export function handshakeFault(code: string): Fault {
  return code === 'EPROTO' || code.startsWith('ERR_SSL')
    ? fault('OUTBOX_PROTOCOL', { reason: code })
    : connectFault(code);
}

/** @param bytesLeft whether the other side may have got the request, or a part of it. */
export function exchangeFault(error: NodeJS.ErrnoException, bytesLeft: boolean): Fault {
  const code = error.code ?? error.name;
  if (code.startsWith('HPE_')) {
    return fault('OUTBOX_PROTOCOL', { reason: code });
  }
  return bytesLeft ? fault('OUTBOX_LINK_LOST', { reason: code }) : connectFault(code);
}

/** SHA-256 as a destination pins it: lower-case hex. */
export function fingerprintOf({ fingerprint256 = '' }: Partial<PeerCertificate>): string {
  return fingerprint256.replaceAll(':', '').toLowerCase();
}

/** @returns why this certificate is not to be trusted, or null. `now` is Unix time in ms. */
export function trustFault(socket: TLSSocket, pin: string | null, now: number): Fault | null {
  const certificate = socket.getPeerCertificate();
  if (pin !== null && fingerprintOf(certificate) !== pin) {
    return fault('OUTBOX_CERTIFICATE', { reason: 'changed' });
  }
  // A certificate from the future means that the cart's clock is behind: it must not be ignored,
  // since the same clock dates the examinations.
  if (Date.parse(certificate.valid_from) > now) {
    return fault('OUTBOX_CLOCK', { reason: 'not yet valid' });
  }
  if (Date.parse(certificate.valid_to) < now) {
    return fault('OUTBOX_CERTIFICATE', { reason: 'expired' });
  }
  return pin !== null || socket.authorized
    ? null
    : fault('OUTBOX_CERTIFICATE', { reason: String(socket.authorizationError) });
}

/** @returns null for 2xx. 409 is a refusal here; whoever knows what it means asks before. */
export function statusFailure({ status, headers }: HttpAnswer, now: number): Failure | null {
  if (status >= 200 && status < 300) {
    return null;
  }
  // Services do not send a client elsewhere; networks that want a login do (511: RFC 6585).
  if ((status >= 300 && status < 400) || status === 407 || status === 511) {
    return { ok: false, fault: fault('OUTBOX_CAPTIVE_PORTAL', { status }) };
  }
  if (status === 401 || status === 403) {
    return { ok: false, fault: fault('OUTBOX_CREDENTIALS', { status }) };
  }
  if (status === 429 || status === 503 || status === 423) {
    const retryAfterMs = retryAfter(headers['retry-after'], now);
    const asked = retryAfterMs === null ? {} : { retryAfterMs };
    return { ok: false, fault: fault('OUTBOX_THROTTLED', { status }), ...asked };
  }
  if (status === 408) {
    return { ok: false, fault: fault('OUTBOX_TIMEOUT', { status }) };
  }
  const code = status >= 500 ? 'OUTBOX_SERVER_ERROR' : 'OUTBOX_REJECTED';
  return { ok: false, fault: fault(code, { status }) };
}

/** RFC 9110 section 10.2.3: seconds, or a date. @returns ms, null when it says nothing. */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) {
    return null;
  }
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * SECOND : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_WAIT) : null;
}

/** As `statusFailure`; a page for people in place of a service's answer is a captive portal's. */
export function serviceFailure(answer: HttpAnswer, now: number): Failure | null {
  const { status, headers, body } = answer;
  const isPage =
    /html/i.test(headers['content-type'] ?? '') ||
    /^\s*<(!doctype html|html)/i.test(body.toString('latin1', 0, 256));
  return isPage && status < 300
    ? { ok: false, fault: fault('OUTBOX_CAPTIVE_PORTAL', { status }) }
    : statusFailure(answer, now);
}
