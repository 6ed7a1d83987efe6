import { statfs } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Server, type Upload } from '@tus/server';
import { HeldObjectSchema, OBJECTS_PATH, UPLOADS_PATH } from '../../contracts/hubProcess.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../limits.ts';
import { errorName, type Log } from '../log.ts';
import { currentChunk, readChunk, withChunk } from './chunk.ts';
import type { UploadGrants } from './grants.ts';
import { ClaimSchema } from './metadata.ts';
import { type Objects, openObjects } from './objects.ts';
import { DISK_FULL, refusal, UploadStore } from './uploadStore.ts';

const SECOND = 1000;
const SWEEP_EVERY = 12 * 60 * 60 * SECOND;
/** A PATCH that stands still for so long is a dead connection; what came of it is kept. */
const STILL_FOR = 60 * SECOND;
/** How long a new request waits for one on the same upload whose connection may be dead. */
const LOCK_DRAIN = 200;
/** Left free on the disk: the hub's own files must still be written. */
const KEPT_FREE = 64 * 1024 * 1024;

const METHODS = new Set(['OPTIONS', 'HEAD', 'POST', 'PATCH']);
const UPLOAD = new RegExp(`^${UPLOADS_PATH}(?:/([0-9a-f-]{36}))?$`);
const OBJECT = new RegExp(`^${OBJECTS_PATH}/([0-9a-f-]{36})$`);

export type Uploads = {
  /** Whether this request is for here. */
  concerns(request: IncomingMessage): boolean;
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): void;
};

type Deps = {
  readonly dataDir: string;
  readonly key: Uint8Array;
  readonly grants: UploadGrants;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly log: Log;
};

/** Store and forward: carts leave objects by tus, and ask whether they arrived. */
export async function openUploads(deps: Deps): Promise<Uploads> {
  const { dataDir, key, clock, log } = deps;
  const now = clock.wall;
  const objects = await openObjects({ folder: join(dataDir, 'objects'), key, now });
  const folder = join(dataDir, 'uploads');
  const store = await UploadStore.open({ folder, objects, key, log, now });
  const tus = tusServer(deps, store);
  const sweep = (): void => {
    tus.cleanUpExpiredUploads().then(
      (expired) => log('uploads.swept', { expired }),
      (error: unknown) => log('bug', { call: 'sweep', error: errorName(error) }),
    );
  };
  sweep();
  const sweeping = setInterval(sweep, SWEEP_EVERY);
  let running = 0;
  return {
    concerns: ({ url = '' }) => isBelow(UPLOADS_PATH, url) || isBelow(OBJECTS_PATH, url),
    serve: async (request, response) => {
      if (running >= deps.limits.uploadRequests) {
        answer(request, response, 503, { 'retry-after': '1' });
        return;
      }
      running += 1;
      response.once('close', () => {
        running -= 1;
      });
      await serve(deps, objects, tus, request, response);
    },
    close: () => clearInterval(sweeping),
  };
}

async function serve(
  deps: Deps,
  objects: Objects,
  tus: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.setTimeout(STILL_FOR, () => request.destroy());
  const { method = '', url = '' } = request;
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const grant = bearer === undefined ? null : deps.grants.verify(bearer);
  if (grant === null || !grant.ok) {
    deps.log('upload.unauthorized', { code: grant?.fault.code ?? 'none' });
    answer(request, response, 401, { 'www-authenticate': 'Bearer' });
    return;
  }
  const { cart } = grant.value;
  const objectId = OBJECT.exec(url)?.[1];
  if (objectId !== undefined && method === 'GET') {
    const held = await objects.find(objectId, cart);
    const body = held === null ? undefined : JSON.stringify(HeldObjectSchema.parse(held));
    answer(request, response, held === null ? 404 : 200, {}, body);
    return;
  }
  const chunk = readChunk(request, cart);
  if (!UPLOAD.test(url)) {
    answer(request, response, 404);
  } else if (!METHODS.has(method)) {
    answer(request, response, 405, { allow: [...METHODS].join(', ') });
  } else if (chunk === null) {
    answer(request, response, 400);
  } else {
    await withChunk(chunk, () => tus.handle(request, response));
  }
}

function tusServer({ dataDir, limits, log }: Deps, store: UploadStore): Server {
  return new Server({
    path: UPLOADS_PATH,
    datastore: store,
    relativeLocation: true,
    // No page of a browser has business here.
    allowedOrigins: () => false,
    maxSize: limits.objectBytes,
    lockDrainTimeout: LOCK_DRAIN,
    namingFunction: (_request, metadata) => {
      const claim = ClaimSchema.safeParse(metadata);
      if (!claim.success) {
        throw refusal(400, 'Invalid Metadata');
      }
      return claim.data.objectId;
    },
    onUploadCreate: async (_request, upload) => {
      await admit(upload, store, limits.unfinishedUploads, dataDir);
      return {};
    },
    onUploadFinish: async (_request, upload) => {
      await store.finish(upload);
      return {};
    },
    onResponseError: (_request, error) => {
      if ('status_code' in error) {
        log('upload.refused', { status: error.status_code });
        return error;
      }
      log('bug', { call: 'uploads', error: errorName(error) });
      return refusal(500, 'Internal Server Error');
    },
  });
}

/** Throws what the tus server then answers. */
async function admit(
  upload: Upload,
  store: UploadStore,
  most: number,
  folder: string,
): Promise<void> {
  const before = await store.claimed(upload.id);
  if (before !== null) {
    // The same object again: its upload is asked for its offset. Another under its name, or that of
    // another cart, which may not ask: never.
    const isSame = before.sha256 === upload.metadata?.['sha256'];
    throw isSame && before.cart === currentChunk().cart
      ? refusal(409, 'Exists')
      : refusal(422, 'Another Object');
  }
  if ((await store.count()) >= most) {
    throw refusal(429, 'Too Many Uploads');
  }
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize - KEPT_FREE < (upload.size ?? 0)) {
    throw DISK_FULL;
  }
}

function isBelow(root: string, url: string): boolean {
  return url === root || url.startsWith(`${root}/`);
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  json?: string,
): void {
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    // Whoever still sends a body that nobody reads is not waited for.
    ...(request.complete ? {} : { connection: 'close' }),
    ...headers,
  });
  response.end(json);
}
