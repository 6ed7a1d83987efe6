import type { Upload } from '@tus/server';
import { z } from 'zod';
import { CartNameSchema } from '../../contracts/hubProcess.ts';
import { OBJECT_KINDS } from '../../contracts/outbox.ts';
import type { Claimed } from './objects.ts';

/** All that a cart may say of an object; anything else, a patient's name above all, is refused. */
export const ClaimSchema = z.strictObject({
  objectId: z.uuid(),
  kind: z.enum(OBJECT_KINDS),
  mediaType: z.string().regex(/^[a-z0-9]+\/[a-z0-9.+-]{1,60}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const StoredSchema = ClaimSchema.extend({
  cart: CartNameSchema,
  salt: z.string().regex(/^[0-9a-f]{32}$/),
});

/** What was claimed of an upload when it was created; this hub wrote it itself. */
export function readClaim(upload: Upload): Claimed {
  return { ...StoredSchema.parse(upload.metadata), bytes: upload.size ?? 0 };
}
