import { fault } from '../../../contracts/faults.ts';
import { PinnedAgent } from './agent.ts';
import { Exchange } from './exchange.ts';
import type { Account, HttpDeps, HttpSession, Timeouts } from './types.ts';

export type { HttpDeps } from './types.ts';

const SECOND = 1000;

export const TIMEOUTS: Timeouts = { connectMs: 10 * SECOND, idleMs: 60 * SECOND };

export function openSession(account: Account, deps: HttpDeps, signal: AbortSignal): HttpSession {
  const agent = new PinnedAgent(account, deps);
  const origin = account.url.origin;
  return {
    send: (request) => {
      // Credentials are for one origin: an address that a server gave may lead elsewhere.
      if (request.url.origin !== origin) {
        const told = fault('OUTBOX_PROTOCOL', { reason: 'foreign address' });
        return Promise.resolve({ ok: false, fault: told });
      }
      return new Exchange(request, deps.timeouts.idleMs).run(agent, account.credentials, signal);
    },
    close: () => agent.destroy(),
  };
}
