import { createHash, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

const DAY = 24 * 60 * 60 * 1000;

export type TestCertificate = {
  readonly key: string;
  readonly cert: string;
  /** Of the DER, lower-case hex: what a destination pins. */
  readonly sha256: string;
};

/** A certificate for 127.0.0.1 that is good from `fromMs` for thirty days. */
export async function makeCertificate(fromMs = Date.now() - DAY): Promise<TestCertificate> {
  const made = await generate([{ name: 'commonName', value: 'test' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(fromMs),
    notAfterDate: new Date(fromMs + 30 * DAY),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const der = new X509Certificate(made.cert).raw;
  const sha256 = createHash('sha256').update(der).digest('hex');
  return { key: made.private, cert: made.cert, sha256 };
}
