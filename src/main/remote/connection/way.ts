import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { fault } from '../../../contracts/faults.ts';
import { isLoopback } from '../../outbox/network/loopback.ts';
import { type Dial, dialTcp, hostOf, portOf, shakeHands } from '../http/dial.ts';
import { connectFault, fingerprintOf, trustFault } from '../http/faults.ts';
import { portalOr } from '../http/portal.ts';
import { bad, type Examined, type Finding, fine, SKIPPED } from './finding.ts';

/** The way to a destination, before anything is said to it. */

export async function resolveName({ account }: Examined): Promise<Finding> {
  const host = hostOf(account.url);
  if (isIP(host) !== 0) {
    return fine(host);
  }
  try {
    const found = await lookup(host, { all: true });
    return fine(found.map(({ address }) => address).join(', '));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'ENOTFOUND';
    return bad(connectFault(code), host);
  }
}

export async function connect(examined: Examined): Promise<Finding> {
  const { url } = examined.account;
  const dialled = await dialTcp(dialOf(examined));
  if (!dialled.ok) {
    const told = await portalOr(dialled.fault, url, examined.deps);
    return bad(told, `${url.hostname}:${portOf(url)}`);
  }
  dialled.value.destroy();
  return fine(`${dialled.value.remoteAddress ?? url.hostname}:${portOf(url)}`);
}

/** Tells the certificate also where it is not trusted: a person compares it, and pins it. */
export async function checkCertificate(examined: Examined): Promise<Finding> {
  const { url, certificateSha256 } = examined.account;
  if (url.protocol !== 'https:') {
    return isLoopback(url.href) ? SKIPPED : bad(fault('DESTINATION_INSECURE'));
  }
  const dial = dialOf(examined);
  const tcp = await dialTcp(dial);
  const shaken = tcp.ok ? await shakeHands(dial, tcp.value) : tcp;
  if (!shaken.ok) {
    return bad(await portalOr(shaken.fault, url, examined.deps));
  }
  const distrust = trustFault(shaken.value, certificateSha256, examined.deps.now());
  const detail = identityOf(shaken.value);
  shaken.value.destroy();
  return distrust === null
    ? fine(detail)
    : bad(await portalOr(distrust, url, examined.deps), detail);
}

function dialOf({ account, deps }: Examined): Dial {
  return { ...account, ...deps, timeoutMs: deps.timeouts.connectMs };
}

/** The fingerprint first: it is what is pinned, and must not be cut. */
function identityOf(socket: TLSSocket): string {
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate();
  const { issuer, valid_from: from = '', valid_to: to = '' } = certificate;
  const name = issuer?.CN ?? issuer?.O ?? '';
  return [`SHA-256 ${fingerprintOf(certificate)}`, name, `${from} – ${to}`].join(' · ');
}
