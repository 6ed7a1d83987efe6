import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROLES } from '../contracts/roles.ts';
import { createTokens, loadTokenSecret } from './tokens.ts';

const SECRET = Buffer.alloc(32, 7);

function tokensAt(now: () => number, secret: Uint8Array = SECRET) {
  return createTokens({ secret, now, randomBytes });
}

function issued(tokens: ReturnType<typeof tokensAt>, lifetimeMs = 1000, room = 'salle-1'): string {
  const token = tokens.issue({ room, role: 'physician', lifetimeMs });
  if (!token.ok) {
    throw new Error(token.fault.code);
  }
  return token.value;
}

describe('a token', () => {
  it('gives back any grant, also to a hub that restarted with the same secret', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/),
        fc.constantFrom(...ROLES),
        fc.integer({ min: 1, max: 1e12 }),
        (room, role, lifetimeMs) => {
          const token = tokensAt(() => 5000).issue({ room, role, lifetimeMs });
          const read = token.ok ? tokensAt(() => 5000).verify(token.value) : token;
          expect(read).toEqual({
            ok: true,
            value: { room, role, expiresAt: 5000 + lifetimeMs },
          });
        },
      ),
    );
  });

  it('expires at its time, to the millisecond', () => {
    let now = 0;
    const tokens = tokensAt(() => now);
    const token = issued(tokens, 1000);
    now = 999;
    expect(tokens.verify(token)).toMatchObject({ ok: true });
    now = 1000;
    expect(tokens.verify(token)).toMatchObject({ fault: { code: 'TOKEN_EXPIRED' } });
  });

  it('is refused after any change of any character, expired or not', () => {
    const tokens = tokensAt(() => 0);
    const token = issued(tokens);
    const alphabet = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...alphabet), (at, character) => {
        fc.pre(token[at] !== character);
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        expect(tokens.verify(changed)).toMatchObject({ fault: { code: 'TOKEN_INVALID' } });
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused when lengthened, cut, or made up', () => {
    const tokens = tokensAt(() => 0);
    const token = issued(tokens);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(token.length - 1), (text, at) => {
        for (const wrong of [token + text, token.slice(0, at), text, `${text}.${text}`]) {
          expect(tokens.verify(wrong)).toMatchObject({ fault: { code: 'TOKEN_INVALID' } });
        }
      }),
    );
  });

  it('of another secret is refused before its expiry is looked at', () => {
    const foreign = issued(tokensAt(() => 0, Buffer.alloc(32, 8)));
    expect(tokensAt(() => 1e9).verify(foreign)).toMatchObject({ fault: { code: 'TOKEN_INVALID' } });
  });

  it.each(['', '../etc', 'a b', 'é', '-a', 'x'.repeat(65)])('is not issued for room %j', (room) => {
    const token = tokensAt(() => 0).issue({ room, role: 'nurse', lifetimeMs: 1000 });
    expect(token).toMatchObject({ fault: { code: 'ROOM_UNKNOWN' } });
  });

  it('differs each time', () => {
    const tokens = tokensAt(() => 0);
    expect(issued(tokens)).not.toBe(issued(tokens));
  });
});

describe('the secret', () => {
  let dataDir = '';
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'chariot-hub-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  it('is made once, readable by its owner alone, and kept', async () => {
    const made = await loadTokenSecret(dataDir, randomBytes);
    const mode = (await stat(join(dataDir, 'hub-token-secret'))).mode & 0o777;
    expect(mode).toBe(0o600);
    expect(Buffer.from(await loadTokenSecret(dataDir, randomBytes))).toEqual(Buffer.from(made));
  });

  it('is replaced when the file is torn', async () => {
    await writeFile(join(dataDir, 'hub-token-secret'), 'short', { mode: 0o644 });
    const made = await loadTokenSecret(dataDir, randomBytes);
    expect(made).toHaveLength(32);
    expect((await stat(join(dataDir, 'hub-token-secret'))).mode & 0o777).toBe(0o600);
  });
});
