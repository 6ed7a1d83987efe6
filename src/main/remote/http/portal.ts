import { request } from 'node:http';
import { type Fault, fault } from '../../../contracts/faults.ts';
import { hostOf } from './dial.ts';
import type { HttpDeps } from './types.ts';

const SECOND = 1000;
const PATIENCE = 2 * SECOND;
const HTTP_PORT = 80;
const REASONS = new Set(['OUTBOX_CERTIFICATE', 'OUTBOX_UNREACHABLE', 'OUTBOX_PROTOCOL']);

/**
 * A network that wants a login has no certificate of the destination: it shows another one, or lets
 * nothing through. What it is tells itself over plain http, where it sends everybody elsewhere.
 * @returns OUTBOX_CAPTIVE_PORTAL where that is so, otherwise `met`.
 */
export async function portalOr(
  met: Fault,
  url: URL,
  { portalPort = HTTP_PORT }: Pick<HttpDeps, 'portalPort'>,
): Promise<Fault> {
  if (url.protocol !== 'https:' || !REASONS.has(met.code)) {
    return met;
  }
  const status = await redirectElsewhere(url, portalPort);
  return status === null ? met : fault('OUTBOX_CAPTIVE_PORTAL', { status });
}

/** @returns the status by which a stranger answers in place of the host; null: none does. */
function redirectElsewhere(url: URL, port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const asking = request({
      host: hostOf(url),
      port,
      path: '/',
      agent: false,
      headers: { host: url.hostname },
      signal: AbortSignal.timeout(PATIENCE),
    });
    asking.once('error', () => resolve(null));
    asking.once('response', ({ statusCode = 0, headers }) => {
      const isSent = statusCode >= 300 && statusCode < 400;
      const isElsewhere = isSent && hostIn(headers.location ?? '', url) !== url.hostname;
      // 511: RFC 6585 section 6.
      resolve(statusCode === 511 || isElsewhere ? statusCode : null);
      asking.destroy();
    });
    asking.end();
  });
}

function hostIn(location: string, base: URL): string {
  return URL.canParse(location, base.href) ? new URL(location, base.href).hostname : base.hostname;
}
