import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A change of one line of mediasoup's sources, with its reason. */
export interface Amendment {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** Written for mediasoup 3.27.1. */
export const AMENDMENTS: readonly Amendment[] = [
  {
    file: 'meson.build',
    from: "meson_version: '>= 1.1.0'",
    to: "meson_version: '>= 1.0.0'",
    reason: 'Debian 12 has meson 1.0.1; nothing newer is used.',
  },
  {
    file: 'src/RTC/DtlsTransport.cpp',
    from: '(operationType == BIO_CB_RETURN)',
    to: '((operationType & BIO_CB_RETURN) != 0)',
    reason:
      'OpenSSL calls a BIO callback with BIO_CB_RETURN or-ed into the operation (BIO_set_callback, "oper"), and takes its answer as the result. The comparison never holds, so the answer is always 1; an OpenSSL with kernel TLS then takes the memory BIO for a kernel socket and crashes at the first handshake.',
  },
];

/**
 * Applies one amendment to a source text. Throws when the line is not there exactly once: the
 * sources are not the ones this recipe was written for.
 */
export function amend(text: string, { file, from, to }: Amendment): string {
  const [before, after, ...more] = text.split(from);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${file} has changed: "${from}" is not there exactly once`);
  }
  return `${before}${to}${after}`;
}

/** Amends an unpacked copy of mediasoup's `worker` folder. */
export function applyAmendments(workerFolder: string): void {
  for (const amendment of AMENDMENTS) {
    const file = path.join(workerFolder, amendment.file);
    writeFileSync(file, amend(readFileSync(file, 'utf8'), amendment));
  }
}
