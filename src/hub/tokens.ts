import { join } from 'node:path';
import { z } from 'zod';
import { failed, ok, type Result } from '../contracts/faults.ts';
import { type Role, RoleSchema } from '../contracts/roles.ts';
import { RoomNameSchema } from '../contracts/signalling.ts';
import { readPrivateFile, writePrivateFile } from './privateFile.ts';
import { createSigner } from './signed.ts';

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
  const signer = createSigner({ ...deps, domain: DOMAIN });
  return {
    issue({ room, role, lifetimeMs }) {
      if (!RoomNameSchema.safeParse(room).success) {
        return failed('ROOM_UNKNOWN');
      }
      return ok(signer.sign({ room, role, expiresAt: Math.floor(deps.now() + lifetimeMs) }));
    },
    verify(token) {
      const facts = signer.read(token);
      return facts.ok ? readClaims(facts.value, deps.now()) : facts;
    },
  };
}

function readClaims(facts: unknown, now: number): Result<TokenClaims> {
  const parsed = PayloadSchema.safeParse(facts);
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
