import { viewOf } from '../bytes.ts';
import { damaged, type Refusal, unsupported } from '../refusal.ts';

/** Section 3: which lead, and the numbers of its first and last sample, from 1. */
export type ScpLead = { readonly number: number; readonly first: number; readonly last: number };
export type ScpLeads = readonly ScpLead[];

const LEAD_BYTES = 9;
const REFERENCE_BEAT_SUBTRACTED = 1;

/** @returns the leads of section 3's body; refuses a rhythm of which a beat was subtracted. */
export function readLeads(body: Uint8Array): { ok: true; value: ScpLeads } | Refusal {
  const count = body[0] ?? 0;
  if (count === 0 || body.length < 2 + count * LEAD_BYTES) {
    return damaged('scp-ecg', 'scp.leads', { section: 3 });
  }
  if (((body[1] ?? 0) & REFERENCE_BEAT_SUBTRACTED) !== 0) {
    return unsupported('scp-ecg', 'scp.referenceBeatSubtraction', { section: 3 });
  }
  const view = viewOf(body);
  const leads = Array.from({ length: count }, (_, index) => {
    const at = 2 + index * LEAD_BYTES;
    return {
      first: view.getUint32(at, true),
      last: view.getUint32(at + 4, true),
      number: view.getUint8(at + 8),
    };
  });
  return leads.every(({ first, last }) => first >= 1 && last >= first)
    ? { ok: true, value: leads }
    : damaged('scp-ecg', 'scp.leads', { section: 3 });
}
