import type { Fault } from '../../contracts/faults.ts';
import type { Attempt, Payload, SendOutcome } from '../outbox/types.ts';
import type { Failure } from './http/faults.ts';
import type { Account } from './http/types.ts';

/** @returns the address `path` below the root of a service, whether or not that ends in a slash. */
export function below(root: URL, path: string): URL {
  return new URL(path, root.href.endsWith('/') ? root : new URL(`${root.href}/`));
}

export function accountOf({
  destination,
  credentials,
}: Pick<Attempt, 'destination' | 'credentials'>): Account {
  const { url, certificateSha256 } = destination;
  return { url: new URL(url), certificateSha256, credentials };
}

export function failedBy(fault: Fault): SendOutcome {
  return { outcome: 'failed', fault };
}

export function failedAs({ fault, retryAfterMs }: Failure): SendOutcome {
  return retryAfterMs === undefined ? failedBy(fault) : { outcome: 'failed', fault, retryAfterMs };
}

/** @returns the first bytes of a payload, at least `limit` of them where it has so many. */
export async function readPayload(payload: Payload, limit = payload.bytes): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of payload.open()) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= limit) {
      break;
    }
  }
  return Buffer.concat(pieces);
}
