import type { IncomingMessage } from 'node:http';
import type { LinkFault } from './faults.ts';

const SECOND = 1000;

/**
 * Everything that a hospital's line does to an upload, in the order in which it does it. Bytes are
 * below 100 kB, so that each meets the smallest objects too.
 */
export const EVERY_FAULT: readonly LinkFault[] = [
  { kind: 'reset', atByte: 60_000 },
  { kind: 'replyLost' },
  { kind: 'status', status: 503, retryAfter: '1' },
  { kind: 'halfOpen', atByte: 70_000 },
  { kind: 'trickle', bytes: 2, everyMs: SECOND },
  { kind: 'captivePortal', as: 'page' },
  { kind: 'blackHole', atByte: 90_000 },
  { kind: 'status', status: 429, retryAfter: '1' },
  { kind: 'captivePortal', as: 'redirect' },
];

/** One fault in `every` requests that carry an object; between them the line is good. */
export function faultsInTurn(
  every: number,
  faults = EVERY_FAULT,
): (request: IncomingMessage) => LinkFault | null {
  let carried = 0;
  return ({ method = '', headers }) => {
    const carries = ['PATCH', 'POST'].includes(method) && Number(headers['content-length']) > 0;
    carried += carries ? 1 : 0;
    return carries && carried % every === 0
      ? (faults[(carried / every - 1) % faults.length] ?? null)
      : null;
  };
}
