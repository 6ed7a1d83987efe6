import { EMBEDDED_HUB_ID } from '../../contracts/outbox.ts';
import { tcpProbe } from '../outbox/network/tcpProbe.ts';
import type { Network } from '../outbox/outbox.ts';

/** The system tells nobody in main when it is connected again: it is asked. */
const LOOK_EVERY_MS = 1_000;

export type SystemNetwork = Network & { readonly close: () => void };

/** What the operating system knows of the network, and whether a destination's address answers. */
export function systemNetwork(deps: {
  readonly isOnline: () => boolean;
  /** The hub of this very cart is not reached by its address in the table. */
  readonly isHubUp: () => boolean;
}): SystemNetwork {
  const listeners = new Set<(online: boolean) => void>();
  let online = deps.isOnline();
  const timer = setInterval(() => {
    const now = deps.isOnline();
    if (now !== online) {
      online = now;
      for (const listener of listeners) {
        listener(now);
      }
    }
  }, LOOK_EVERY_MS);
  return {
    online: () => online,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    probe: (destination, signal) =>
      destination.destinationId === EMBEDDED_HUB_ID
        ? Promise.resolve(deps.isHubUp())
        : tcpProbe(destination, signal),
    close: () => clearInterval(timer),
  };
}
