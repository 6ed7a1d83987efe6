import { Device } from 'mediasoup-client';
import type { PageParts } from './room.ts';
import { pageTimers } from './timers.ts';

/** What the media code needs of a browser's page. */
export function pageParts(): PageParts {
  return {
    timers: pageTimers,
    WebSocket: globalThis.WebSocket,
    createDevice: () => Device.factory(),
    createMediaStream: (tracks) => new MediaStream(tracks),
    onOnline: (listener) => {
      globalThis.addEventListener('online', listener);
      return () => globalThis.removeEventListener('online', listener);
    },
    randomId: () => crypto.randomUUID(),
  };
}
