// A FHIR R4 server on loopback, as small as a cart needs: transactions with conditional creates,
// create, read, search by identifier, the statement of what it can. Every resource must obey the
// published JSON schema of R4. It never misbehaves by itself; faults are a proxy's business.
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { capabilityStatement } from './fhir/capability.ts';
import { type Answer, refused } from './fhir/outcome.ts';
import { ResourceStore, type Stored } from './fhir/resourceStore.ts';
import { isResource, isResourceType, type Resource, schemaErrors } from './fhir/schema.ts';
import { create, type Deps, transact } from './fhir/transaction.ts';

export type FhirAuth =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

export type FhirServerOptions = {
  /** PEM; absent: plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Absent: everybody may. `metadata` is open in any case, as the standard has it. */
  readonly auth?: FhirAuth;
  /** Absent: one that is free. */
  readonly port?: number;
  readonly now?: () => string;
};

export type FhirServer = {
  /** Root of the service, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** What it holds, of one type or of all. */
  readonly resources: (type?: string) => readonly Stored[];
  /** Identifiers (`Type system|value`) that more than one resource holds. */
  readonly duplicates: () => readonly string[];
  /** Transactions that were asked for, those refused included. */
  readonly transactions: () => number;
  readonly close: () => Promise<void>;
};

const ROOT = '/fhir';
const MOST_BYTES = 64 * 1024 * 1024;

type Request = {
  readonly method: string;
  readonly path: readonly string[];
  readonly params: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
};

export async function startFhirServer(options: FhirServerOptions = {}): Promise<FhirServer> {
  const store = new ResourceStore();
  const deps: Deps = { store, now: options.now ?? (() => new Date().toISOString()) };
  let transactions = 0;
  const serve = (incoming: IncomingMessage, response: ServerResponse): void => {
    readRequest(incoming).then(
      (request) => {
        const isTransaction = request.method === 'POST' && request.path.length === 0;
        transactions += isTransaction ? 1 : 0;
        reply(response, answerOrBug(deps, options.auth ?? null, request), url);
      },
      // The client is gone, or sent more than is taken: nobody is left to answer.
      () => incoming.destroy(),
    );
  };
  const server =
    options.tls === undefined ? createServer(serve) : createTlsServer(options.tls, serve);
  const port = await listen(server, options.port ?? 0);
  const url = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}${ROOT}`;
  return {
    url,
    port,
    resources: (type) => store.all(type),
    duplicates: () => store.duplicates(),
    transactions: () => transactions,
    close: () => close(server),
  };
}

/** A bug of this server must be an answer: a client that waits would hide it. */
function answerOrBug(deps: Deps, auth: FhirAuth | null, request: Request): Answer {
  try {
    return answer(deps, auth, request);
  } catch (error) {
    return refused(500, 'exception', String(error));
  }
}

function answer(deps: Deps, auth: FhirAuth | null, request: Request): Answer {
  const { method, path } = request;
  if (path[0] === 'metadata' && method === 'GET') {
    return { status: 200, body: capabilityStatement(deps.now()), location: null };
  }
  if (auth !== null && !isAllowed(auth, request.headers.authorization ?? '')) {
    return refused(401, 'login', 'credentials are missing or wrong');
  }
  const [type, id] = path;
  if (type !== undefined && !isResourceType(type)) {
    return refused(404, 'not-supported', 'no such type');
  }
  if (method === 'POST' && path.length <= 1) {
    return post(deps, type ?? null, request);
  }
  if (method === 'GET' && type !== undefined) {
    return id === undefined ? search(deps, type, request.params) : read(deps, type, id);
  }
  return refused(405, 'not-supported', `${method} is not taken here`);
}

function post(deps: Deps, type: string | null, request: Request): Answer {
  if (!/^application\/(fhir\+)?json\b/.test(request.headers['content-type'] ?? '')) {
    return refused(415, 'not-supported', 'application/fhir+json is wanted');
  }
  const resource = parse(request.body);
  if (resource === null) {
    return refused(400, 'structure', 'not a resource in JSON');
  }
  const errors = schemaErrors(resource);
  if (errors.length > 0) {
    return refused(422, 'structure', errors.join('\n'));
  }
  if (resource.resourceType !== (type ?? 'Bundle')) {
    return refused(400, 'invalid', `${resource.resourceType} does not belong here`);
  }
  const condition = request.headers['if-none-exist'];
  return type === null
    ? transact(deps, resource)
    : create(deps, resource, typeof condition === 'string' ? condition : null);
}

function read(deps: Deps, type: string, id: string): Answer {
  const body = deps.store.read(type, id);
  return body === null
    ? refused(404, 'not-found', 'no such resource')
    : { status: 200, body, location: null };
}

function search(deps: Deps, type: string, params: URLSearchParams): Answer {
  const found = deps.store.search({ type, params });
  if (found === null) {
    return refused(
      400,
      'not-supported',
      `parameters not understood: ${[...params.keys()].join(' ')}`,
    );
  }
  const entry = params.get('_summary') === 'count' ? [] : found.map(searchEntry);
  const body: Resource = {
    resourceType: 'Bundle',
    type: 'searchset',
    total: found.length,
    ...(entry.length === 0 ? {} : { entry }),
  };
  return { status: 200, body, location: null };
}

function searchEntry(resource: Stored): object {
  return { resource, search: { mode: 'match' } };
}

function isAllowed(auth: FhirAuth, header: string): boolean {
  const wanted =
    auth.kind === 'bearer'
      ? `Bearer ${auth.token}`
      : `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
  const given = Buffer.from(header);
  const expected = Buffer.from(wanted);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function parse(body: Buffer): Resource | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isResource(value) ? value : null;
  } catch {
    return null;
  }
}

async function readRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      throw new RangeError('too much');
    }
    chunks.push(chunk);
  }
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://loopback');
  const inside = pathname === ROOT || pathname.startsWith(`${ROOT}/`);
  return {
    method: incoming.method ?? '',
    path: inside ? pathname.slice(ROOT.length).split('/').filter(Boolean) : ['', ''],
    params: searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
}

function reply(response: ServerResponse, { status, body, location }: Answer, root: string): void {
  const bytes = Buffer.from(body === null ? '' : JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/fhir+json; charset=utf-8',
    'content-length': bytes.length,
    ...(location === null ? {} : { location: `${root}/${location}`, etag: 'W/"1"' }),
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="fhir"' } : {}),
  });
  response.end(bytes);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
