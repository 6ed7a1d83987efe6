import { randomUUID } from 'node:crypto';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { HubAccess } from '../../contracts/ipc.ts';
import type { Role } from '../../contracts/roles.ts';
import { SIGNALLING_PATH } from '../../contracts/signalling.ts';
import type { HubSupervisor } from '../remote/hubSupervisor.ts';

const HOUR_MS = 3_600_000;
/** A working day; the physician's link dies with it. */
const TOKEN_LIFETIME_MS = 12 * HOUR_MS;
/** A link that is handed out is good for at least this long. */
const RENEW_BEFORE_MS = 6 * HOUR_MS;

/**
 * One room of this start of the application. The room and the cart's peer id stay the same while it
 * runs, so that a hub that restarted is joined again as the same peer.
 */
export function openConsultation(
  hub: Pick<HubSupervisor, 'facts' | 'issueToken'>,
  address: string,
  outsideAddress: string | null,
  now: () => number,
): { access(): Promise<Result<HubAccess>> } {
  const room = `r-${randomUUID().slice(0, 13)}`;
  const peerId = `cart-${randomUUID().slice(0, 13)}`;
  let physician: { readonly token: string; readonly issuedAt: number } | null = null;
  const issue = (role: Role): Promise<string | null> =>
    hub.issueToken({ room, role, lifetimeMs: TOKEN_LIFETIME_MS });
  return {
    access: async () => {
      const facts = hub.facts();
      if (facts === null) {
        return failed('HUB_UNAVAILABLE');
      }
      const token = await issue('nurse');
      if (physician === null || now() - physician.issuedAt > TOKEN_LIFETIME_MS - RENEW_BEFORE_MS) {
        const issued = await issue('physician');
        physician = issued === null ? null : { token: issued, issuedAt: now() };
      }
      if (token === null || physician === null) {
        return failed('HUB_UNAVAILABLE');
      }
      const physicianHost = `${outsideAddress ?? address}:${facts.port}`;
      return ok({
        signallingUrl: `wss://${address}:${facts.port}${SIGNALLING_PATH}`,
        token,
        peerId,
        room,
        physicianUrl: `https://${physicianHost}/p/${room}#token=${encodeURIComponent(physician.token)}`,
      });
    },
  };
}
