import { type Answer, type Refusal, refused } from './outcome.ts';
import type { ResourceStore, Stored } from './resourceStore.ts';
import { isResource, isResourceType, type Resource } from './schema.ts';

export type Deps = { readonly store: ResourceStore; readonly now: () => string };

type Entry = {
  readonly fullUrl: string | null;
  readonly resource: Resource;
  readonly ifNoneExist: string | null;
};
type Placed = Entry & { readonly stored: Stored | null; readonly id: string };

/** Creates a resource; with `ifNoneExist` only when nothing matches it (R4, http.html#ccreate). */
export function create(
  deps: Deps,
  resource: Resource,
  ifNoneExist: string | null,
): Answer | Refusal {
  const placed = place(deps.store, { fullUrl: null, resource, ifNoneExist });
  if ('refusal' in placed) {
    return placed;
  }
  if (placed.stored === null) {
    deps.store.write([stamped(resource, placed.id, deps.now())]);
  }
  const held = deps.store.read(resource.resourceType, placed.id);
  return { status: placed.stored === null ? 201 : 200, body: held, location: locationOf(placed) };
}

/** All or nothing: R4, http.html#transaction. Knows POST only, which is all that a cart sends. */
export function transact(deps: Deps, bundle: Resource): Answer | Refusal {
  if (bundle['type'] !== 'transaction') {
    return refused(422, 'not-supported', 'only transactions are taken');
  }
  const entries = (Array.isArray(bundle['entry']) ? bundle['entry'] : []).map(entryOf);
  const placedAll: Placed[] = [];
  for (const entry of entries) {
    const placed = 'refusal' in entry ? entry : place(deps.store, entry);
    if ('refusal' in placed) {
      return placed;
    }
    placedAll.push(placed);
  }
  const twice = repeated(placedAll);
  if (twice !== null) {
    return refused(400, 'invalid', `twice in one transaction: ${twice}`);
  }
  return commit(deps, placedAll);
}

function commit(deps: Deps, placedAll: readonly Placed[]): Answer | Refusal {
  const idOf = new Map(placedAll.map((placed) => [placed.fullUrl, referenceOf(placed)]));
  const at = deps.now();
  const dangling: string[] = [];
  const resolve = (reference: string): string => {
    const known = idOf.get(reference) ?? existing(deps.store, reference);
    if (known === null) {
      dangling.push(reference);
    }
    return known ?? reference;
  };
  const made = placedAll
    .filter(({ stored }) => stored === null)
    .map(({ resource, id }) => stamped(withReferences(resource, resolve), id, at));
  if (dangling.length > 0) {
    return refused(422, 'not-found', `references to nothing: ${dangling.join(' ')}`);
  }
  deps.store.write(made);
  return { status: 200, body: responseOf(placedAll, at), location: null };
}

function place(store: ResourceStore, entry: Entry): Placed | Refusal {
  const type = entry.resource.resourceType;
  if (entry.ifNoneExist === null) {
    return { ...entry, stored: null, id: store.nextId() };
  }
  const query = entry.ifNoneExist.replace(/^[^?]*\?/, '');
  const found = store.search({ type, params: new URLSearchParams(query) }, true);
  if (found === null) {
    return refused(400, 'invalid', `condition not understood: ${type}?${query}`);
  }
  if (found.length > 1) {
    return refused(412, 'multiple-matches', `${found.length} resources match: ${type}`);
  }
  const stored = found[0] ?? null;
  return { ...entry, stored, id: stored?.id ?? store.nextId() };
}

function entryOf(raw: unknown): Entry | Refusal {
  const entry = (raw ?? {}) as Record<string, unknown>;
  const request = (entry['request'] ?? {}) as Record<string, unknown>;
  const resource = entry['resource'];
  if (request['method'] !== 'POST' || !isResource(resource)) {
    return refused(422, 'not-supported', 'only POST entries with a resource are taken');
  }
  if (request['url'] !== resource.resourceType || !isResourceType(resource.resourceType)) {
    return refused(400, 'invalid', `${String(request['url'])} is not the type of its resource`);
  }
  return {
    fullUrl: typeof entry['fullUrl'] === 'string' ? entry['fullUrl'] : null,
    resource,
    ifNoneExist: typeof request['ifNoneExist'] === 'string' ? request['ifNoneExist'] : null,
  };
}

/** Two entries of one identity would both be created: nothing matches either before the commit. */
function repeated(placedAll: readonly Placed[]): string | null {
  const seen = new Set<string>();
  for (const { resource, ifNoneExist, fullUrl } of placedAll) {
    const keys = [
      ...(ifNoneExist === null ? [] : [`${resource.resourceType}?${ifNoneExist}`]),
      ...(fullUrl === null ? [] : [fullUrl]),
    ];
    const twice = keys.find((key) => seen.has(key));
    if (twice !== undefined) {
      return twice;
    }
    keys.forEach((key) => {
      seen.add(key);
    });
  }
  return null;
}

function existing(store: ResourceStore, reference: string): string | null {
  const [type = '', id = ''] = reference.split('/');
  return store.read(type, id) === null ? null : reference;
}

/** Every `reference` of a resource, resolved; one into its own `contained` stays. */
function withReferences(resource: Resource, resolve: (reference: string) => string): Resource {
  return JSON.parse(JSON.stringify(resource), (key: string, value: unknown): unknown =>
    key === 'reference' && typeof value === 'string' && !value.startsWith('#')
      ? resolve(value)
      : value,
  ) as Resource;
}

function stamped(resource: Resource, id: string, at: string): Stored {
  const meta = { ...(resource['meta'] as object | undefined), versionId: '1', lastUpdated: at };
  return { ...resource, id, meta };
}

function referenceOf({ resource, id }: Placed): string {
  return `${resource.resourceType}/${id}`;
}

function locationOf(placed: Placed): string {
  return `${referenceOf(placed)}/_history/1`;
}

function responseOf(placedAll: readonly Placed[], at: string): Resource {
  return {
    resourceType: 'Bundle',
    type: 'transaction-response',
    entry: placedAll.map((placed) => ({
      response: {
        status: placed.stored === null ? '201 Created' : '200 OK',
        location: locationOf(placed),
        etag: 'W/"1"',
        lastModified: at,
      },
    })),
  };
}
