import { createHmac, timingSafeEqual } from 'node:crypto';
import { failed, ok, type Result } from '../contracts/faults.ts';

const NONCE_BYTES = 12;

/** Texts that only the holder of the secret can have made. */
export type Signer = {
  sign(facts: object): string;
  /** Fails with TOKEN_INVALID; what it gives is JSON, and unknown. */
  read(text: string): Result<unknown>;
};

/** @param domain keeps a MAC made here from being taken for one of another use of the secret. */
export function createSigner(deps: {
  readonly secret: Uint8Array;
  readonly domain: string;
  readonly randomBytes: (count: number) => Uint8Array;
}): Signer {
  const macOf = (payload: string) =>
    createHmac('sha256', deps.secret).update(`${deps.domain}${payload}`).digest();
  return {
    sign: (facts) => {
      const nonce = Buffer.from(deps.randomBytes(NONCE_BYTES)).toString('base64url');
      const payload = Buffer.from(JSON.stringify({ ...facts, nonce })).toString('base64url');
      return `${payload}.${macOf(payload).toString('base64url')}`;
    },
    read: (text) => {
      const [payload, mac, ...rest] = text.split('.');
      return payload !== undefined &&
        mac !== undefined &&
        rest.length === 0 &&
        macMatches(macOf(payload), mac)
        ? ok(parseJson(Buffer.from(payload, 'base64url').toString()))
        : failed('TOKEN_INVALID');
    },
  };
}

function macMatches(expected: Buffer, presented: string): boolean {
  const bytes = Buffer.from(presented, 'base64url');
  // Buffer.from skips foreign characters and spare bits: only the canonical spelling counts.
  return (
    bytes.length === expected.length &&
    bytes.toString('base64url') === presented &&
    timingSafeEqual(bytes, expected)
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
