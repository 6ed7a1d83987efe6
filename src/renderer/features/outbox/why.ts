import type { FaultCode } from '../../../contracts/faults.ts';

/**
 * Why something has not left, as far as it concerns who is at the bedside. Words: `outbox.why`.
 * - network, busy: it is tried again by itself;
 * - portal: somebody must log in to the network;
 * - access, refused, document, cart: a technician is needed.
 */
export const WHYS = ['network', 'busy', 'portal', 'access', 'refused', 'document', 'cart'] as const;
export type Why = (typeof WHYS)[number];

const OF_CODE: Partial<Record<FaultCode, Why>> = {
  OUTBOX_UNREACHABLE: 'network',
  OUTBOX_LINK_LOST: 'network',
  OUTBOX_TIMEOUT: 'network',
  OUTBOX_PROTOCOL: 'network',
  OUTBOX_HASH_MISMATCH: 'network',
  OUTBOX_LEASE_LOST: 'network',
  HUB_UNAVAILABLE: 'network',
  OUTBOX_THROTTLED: 'busy',
  OUTBOX_SERVER_ERROR: 'busy',
  OUTBOX_CAPTIVE_PORTAL: 'portal',
  OUTBOX_CREDENTIALS: 'access',
  OUTBOX_CERTIFICATE: 'access',
  OUTBOX_CLOCK: 'access',
  OUTBOX_REJECTED: 'refused',
  OUTBOX_CONFLICT: 'refused',
};
const OF_DOCUMENTS = /^(EXPORT|SEALED|RECORDING|CAPTURE)_/;

export function whyOf(code: FaultCode): Why {
  return OF_CODE[code] ?? (OF_DOCUMENTS.test(code) ? 'document' : 'cart');
}
