import { z } from 'zod';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { CartNameSchema } from '../../contracts/hubProcess.ts';
import { createSigner } from '../signed.ts';

/** What a bearer of an upload token may do: leave objects, and ask after those that it left. */
export type UploadGrant = { readonly cart: string; readonly expiresAt: number };

export type UploadGrants = {
  /** Fails with TOKEN_INVALID when `cart` is no cart's name. */
  issue(grant: { cart: string; lifetimeMs: number }): Result<string>;
  /** Fails with TOKEN_INVALID or TOKEN_EXPIRED. */
  verify(token: string): Result<UploadGrant>;
};

/** Another domain than a room's token: neither opens what the other does. */
const DOMAIN = 'chariot.upload.1.';

const GrantSchema = z.object({ cart: CartNameSchema, expiresAt: z.number().int().nonnegative() });

export function createUploadGrants(deps: {
  readonly secret: Uint8Array;
  readonly now: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
}): UploadGrants {
  const signer = createSigner({ ...deps, domain: DOMAIN });
  return {
    issue: ({ cart, lifetimeMs }) =>
      CartNameSchema.safeParse(cart).success
        ? ok(signer.sign({ cart, expiresAt: Math.floor(deps.now() + lifetimeMs) }))
        : failed('TOKEN_INVALID'),
    verify: (token) => {
      const read = signer.read(token);
      const grant = read.ok ? GrantSchema.safeParse(read.value) : null;
      if (grant === null || !grant.success) {
        return failed('TOKEN_INVALID');
      }
      return grant.data.expiresAt > deps.now() ? ok(grant.data) : failed('TOKEN_EXPIRED');
    },
  };
}
