import type { IncomingMessage } from 'node:http';
import { SIGNALLING_PATH, SIGNALLING_PROTOCOL } from '../../contracts/signalling.ts';

/** Origin of the cart's own window. */
const CART_ORIGIN = 'app://chariot';

/**
 * Whether a WebSocket may be opened. A browser names the origin of the page: only the hub's own
 * page and the cart's window may speak here. Programs name none, and their token speaks for them.
 * @returns the HTTP status of a refusal, or null.
 */
export function refusalStatus(request: IncomingMessage): number | null {
  const { origin, host } = request.headers;
  if ((request.url ?? '').split('?', 1)[0] !== SIGNALLING_PATH) {
    return 404;
  }
  if (origin !== undefined && origin !== CART_ORIGIN && origin !== `https://${host ?? ''}`) {
    return 403;
  }
  const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',');
  return protocols.some((protocol) => protocol.trim() === SIGNALLING_PROTOCOL) ? null : 400;
}
