import { z } from 'zod';
import { type FaultCode, failed, ok, type Result } from '../../contracts/faults.ts';
import { SIGNALLING_MAX_BYTES, SignallingRequestSchema } from '../../contracts/signalling.ts';

export type SignallingRequest = z.infer<typeof SignallingRequestSchema>;

export type ReadMessage =
  | { readonly ok: true; readonly request: SignallingRequest }
  | { readonly ok: false; readonly id: number | null; readonly code: FaultCode };

const IdSchema = z.object({ id: z.number().int().nonnegative() });

/** Reads one message of a client; never throws, and finds its id even where the rest is wrong. */
export function readMessage(bytes: Buffer, isBinary: boolean): ReadMessage {
  if (bytes.length > SIGNALLING_MAX_BYTES) {
    return { ok: false, id: null, code: 'SIGNALLING_TOO_LARGE' };
  }
  const json = isBinary ? failed('SIGNALLING_MALFORMED') : parseJson(bytes);
  if (!json.ok) {
    return { ok: false, id: null, code: 'SIGNALLING_MALFORMED' };
  }
  const request = SignallingRequestSchema.safeParse(json.value);
  if (request.success) {
    return { ok: true, request: request.data };
  }
  const withId = IdSchema.safeParse(json.value);
  return {
    ok: false,
    id: withId.success ? withId.data.id : null,
    code: 'SIGNALLING_MALFORMED',
  };
}

function parseJson(bytes: Buffer): Result<unknown> {
  try {
    return ok(JSON.parse(bytes.toString('utf8')));
  } catch {
    return failed('SIGNALLING_MALFORMED');
  }
}
