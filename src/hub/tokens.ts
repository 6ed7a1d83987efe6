import { createHmac, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { failed, ok, type Result } from '../contracts/faults.ts';
import { type Role, RoleSchema } from '../contracts/roles.ts';
import { RoomNameSchema } from '../contracts/signalling.ts';
import { readPrivateFile, writePrivateFile } from './privateFile.ts';

/** What a token grants. `expiresAt` is Unix time in ms. */
export type TokenClaims = {
  readonly room: string;
  readonly role: Role;
  readonly expiresAt: number;
};

export type Tokens = {
  /** Fails with ROOM_UNKNOWN when `room` is no room name. */
  issue(grant: { room: string; role: Role; lifetimeMs: number }): Result<string>;
  /** Fails with TOKEN_INVALID, TOKEN_EXPIRED, or ROOM_UNKNOWN. */
  verify(token: string): Result<TokenClaims>;
};

const SECRET_FILE = 'hub-token-secret';
const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
/** Keeps a MAC made here from being taken for one of another protocol under the same secret. */
const DOMAIN = 'chariot.token.1.';

const PayloadSchema = z.object({
  room: z.string(),
  role: RoleSchema,
  expiresAt: z.number().int().nonnegative(),
  nonce: z.string(),
});

/**
 * Stateless: a hub that restarts with the same secret honours the tokens that it issued before, and
 * rebuilds its rooms from them.
 */
export function createTokens(deps: {
  readonly secret: Uint8Array;
  readonly now: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
}): Tokens {
  const macOf = (payload: string) =>
    createHmac('sha256', deps.secret).update(`${DOMAIN}${payload}`).digest();
  return {
    issue({ room, role, lifetimeMs }) {
      if (!RoomNameSchema.safeParse(room).success) {
        return failed('ROOM_UNKNOWN');
      }
      const nonce = Buffer.from(deps.randomBytes(NONCE_BYTES)).toString('base64url');
      const expiresAt = Math.floor(deps.now() + lifetimeMs);
      const payload = Buffer.from(JSON.stringify({ room, role, expiresAt, nonce })).toString(
        'base64url',
      );
      return ok(`${payload}.${macOf(payload).toString('base64url')}`);
    },
    verify(token) {
      const [payload, mac, ...rest] = token.split('.');
      if (payload === undefined || mac === undefined || rest.length > 0) {
        return failed('TOKEN_INVALID');
      }
      return macMatches(macOf(payload), mac)
        ? readClaims(payload, deps.now())
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

function readClaims(payload: string, now: number): Result<TokenClaims> {
  const parsed = PayloadSchema.safeParse(parseJson(Buffer.from(payload, 'base64url').toString()));
  if (!parsed.success) {
    return failed('TOKEN_INVALID');
  }
  const { room, role, expiresAt } = parsed.data;
  if (expiresAt <= now) {
    return failed('TOKEN_EXPIRED');
  }
  return RoomNameSchema.safeParse(room).success
    ? ok({ room, role, expiresAt })
    : failed('ROOM_UNKNOWN');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Reads the secret of `dataDir`, or makes it at the first start. */
export async function loadTokenSecret(
  dataDir: string,
  randomBytes: (count: number) => Uint8Array,
): Promise<Uint8Array> {
  const path = join(dataDir, SECRET_FILE);
  const stored = await readPrivateFile(path);
  const secret = stored === null ? null : Buffer.from(stored.trim(), 'base64url');
  if (secret !== null && secret.length === SECRET_BYTES) {
    return secret;
  }
  const fresh = Buffer.from(randomBytes(SECRET_BYTES));
  await writePrivateFile(path, `${fresh.toString('base64url')}\n`);
  return fresh;
}
