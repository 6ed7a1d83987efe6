import { connect } from 'node:net';
import type { Destination } from '../../../contracts/outbox.ts';

/** Shorter than the second after which TCP itself would ask again: the next probe is sooner. */
const TIMEOUT_MS = 700;

/** Whether anything accepts a connection at the destination's address; nothing is sent. */
export function tcpProbe({ url }: Destination, signal: AbortSignal): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
    });
    const end = (reached: boolean): void => {
      socket.destroy();
      signal.removeEventListener('abort', abort);
      resolve(reached);
    };
    const abort = (): void => end(false);
    signal.addEventListener('abort', abort, { once: true });
    socket.setTimeout(TIMEOUT_MS, abort);
    socket.once('connect', () => end(true));
    socket.once('error', abort);
    if (signal.aborted) {
      abort();
    }
  });
}
