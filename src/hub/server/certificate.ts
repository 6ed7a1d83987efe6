import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { readPrivateFile, writePrivateFile } from '../privateFile.ts';

const DAY = 24 * 60 * 60 * 1000;
/** Browsers refuse longer lives even of certificates that a user trusts by hand (825 days). */
const LIFETIME = 397 * DAY;
const RENEW_BEFORE_EXPIRY = 30 * DAY;
const FILE = 'hub-tls.pem';
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '127.0.0.2', '::1'];

/** A development certificate, made here and trusted by its fingerprint alone. */
export type HubCertificate = {
  /** Private key and certificate, PEM. */
  readonly pem: string;
  /** SHA-256 of the certificate (DER), lower-case hex. */
  readonly certificateSha256: string;
  /** Base64 SHA-256 of the public key (SPKI, DER). */
  readonly spkiSha256: string;
};

/**
 * Reads the certificate of `dataDir`, or makes one: at the first start, within 30 days of its
 * expiry, and when a name that the hub is reached by is missing from it. The key pair is kept at a
 * renewal, so that a pin of the public key stays true.
 */
export async function loadCertificate(deps: {
  readonly dataDir: string;
  readonly names: readonly string[];
  readonly now: () => number;
}): Promise<HubCertificate> {
  const path = join(deps.dataDir, FILE);
  const names = [...new Set([...LOOPBACK_NAMES, ...deps.names])];
  const stored = await readPrivateFile(path);
  const usable = stored === null ? null : readPem(stored);
  if (usable !== null && isGood(usable.certificate, names, deps.now())) {
    return describeCertificate(usable.pem, usable.certificate);
  }
  const pem = await makePem(names, deps.now(), usable?.pem ?? null);
  await writePrivateFile(path, pem);
  return describeCertificate(pem, new X509Certificate(pem));
}

function readPem(pem: string): { pem: string; certificate: X509Certificate } | null {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.checkPrivateKey(createPrivateKey(pem)) ? { pem, certificate } : null;
  } catch {
    return null;
  }
}

function isGood(certificate: X509Certificate, names: readonly string[], now: number): boolean {
  return (
    Date.parse(certificate.validFrom) <= now &&
    Date.parse(certificate.validTo) - now > RENEW_BEFORE_EXPIRY &&
    names.every(
      (name) =>
        (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined,
    )
  );
}

async function makePem(
  names: readonly string[],
  now: number,
  formerPem: string | null,
): Promise<string> {
  const made = await generate([{ name: 'commonName', value: 'Chariot hub' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // An hour of slack for a viewer whose clock runs behind.
    notBeforeDate: new Date(now - DAY / 24),
    notAfterDate: new Date(now + LIFETIME),
    ...(formerPem === null ? {} : { keyPair: keyPairOf(formerPem) }),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) =>
          isIP(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
        ),
      },
    ],
  });
  return `${made.private.trim()}\n${made.cert.trim()}\n`;
}

function keyPairOf(pem: string): { privateKey: string; publicKey: string } {
  const key = createPrivateKey(pem);
  return {
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function describeCertificate(pem: string, certificate: X509Certificate): HubCertificate {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return {
    pem,
    certificateSha256: createHash('sha256').update(certificate.raw).digest('hex'),
    spkiSha256: createHash('sha256').update(spki).digest('base64'),
  };
}
