import type { IncomingMessage, ServerResponse } from 'node:http';
import { RoomNameSchema } from '../../contracts/signalling.ts';
import { VERSION } from '../version.ts';
import { securityHeaders } from './headers.ts';
import { readPageFile } from './pageFiles.ts';

const ROOM_PREFIX = '/p/';
const INDEX = '/index.html';
/** The bundler writes a hash of the content into these names. */
const HASHED_PREFIX = '/assets/';

type Answer = {
  readonly status: number;
  readonly mimeType: string;
  readonly body: Buffer | string;
  readonly cache: string;
};

/** Answers one request. A token never arrives here: it travels in the URL's fragment. */
export async function servePage(
  pageDir: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await answerTo(pageDir, request);
  response.writeHead(answer.status, {
    ...securityHeaders(request.headers.host),
    'content-type': answer.mimeType,
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': answer.cache,
    ...(answer.status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

async function answerTo(pageDir: string, request: IncomingMessage): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return plain(405, 'Method Not Allowed');
  }
  const path = (request.url ?? '').split(/[?#]/, 1)[0] ?? '';
  if (path === '/healthz') {
    const body = JSON.stringify({ ok: true, version: VERSION });
    return { status: 200, mimeType: 'application/json; charset=utf-8', body, cache: 'no-store' };
  }
  const file = await readPageFile(pageDir, isPagePath(path) ? INDEX : path);
  if (file === null) {
    return plain(404, 'Not Found');
  }
  const cache = path.startsWith(HASHED_PREFIX) ? 'public, max-age=31536000, immutable' : 'no-cache';
  return { status: 200, mimeType: file.mimeType, body: file.bytes, cache };
}

function isPagePath(path: string): boolean {
  return (
    path === '/' ||
    (path.startsWith(ROOM_PREFIX) &&
      RoomNameSchema.safeParse(path.slice(ROOM_PREFIX.length)).success)
  );
}

function plain(status: number, words: string): Answer {
  return {
    status,
    mimeType: 'text/plain; charset=utf-8',
    body: `${words}\n`,
    cache: 'no-store',
  };
}
