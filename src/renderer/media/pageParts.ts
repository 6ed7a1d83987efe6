import type { PageParts } from './room.ts';
import { pageTimers } from './timers.ts';

/** What the media code needs of a browser's page. */
export function pageParts(): PageParts {
  return {
    timers: pageTimers,
    WebSocket: globalThis.WebSocket,
    // Loaded when a room is joined: the first heartbeat does not wait for it.
    createDevice: async () => {
      const { Device } = await import('mediasoup-client');
      return await Device.factory();
    },
    createMediaStream: (tracks) => new MediaStream(tracks),
    onOnline: (listener) => {
      globalThis.addEventListener('online', listener);
      return () => globalThis.removeEventListener('online', listener);
    },
    randomId: () => crypto.randomUUID(),
  };
}
