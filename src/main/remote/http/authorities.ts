import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';

/** Where Linux distributions keep the authorities that their administrator trusts. */
const LINUX_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
];

let known: string[] | null = null;

/**
 * Node's own authorities and those of the system, PEM: a hospital's authority stands only there.
 * Runtimes before Node 22.15 cannot ask the system; on Linux its bundle is read, elsewhere such a
 * destination needs its certificate pinned.
 */
export function trustedAuthorities(): string[] {
  known ??= [...new Set([...tls.rootCertificates, ...systemAuthorities()])];
  return known;
}

function systemAuthorities(): readonly string[] {
  const ask: unknown = Reflect.get(tls, 'getCACertificates');
  if (typeof ask === 'function') {
    return ask('system') as string[];
  }
  for (const file of LINUX_BUNDLES) {
    try {
      return [readFileSync(file, 'utf8')];
    } catch {
      // This distribution keeps it elsewhere.
    }
  }
  return [];
}
