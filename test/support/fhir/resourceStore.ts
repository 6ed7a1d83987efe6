import type { Resource } from './schema.ts';

/** A search as it stands in a URL or in `ifNoneExist`, its parameters decoded. */
export type Search = { readonly type: string; readonly params: URLSearchParams };

export type Stored = Resource & { readonly id: string };

/** Parameters that narrow a search; another is refused, since ignoring it would match too much. */
const FILTERS: Readonly<Record<string, (resource: Stored, value: string) => boolean>> = {
  _id: (resource, value) => resource.id === value,
  identifier: (resource, value) => hasToken(resource['identifier'], 'value', value),
  _tag: (resource, value) => hasToken(metaOf(resource)['tag'], 'code', value),
};

/** Parameters that shape the answer only. */
const SHAPE = new Set(['_summary', '_count', '_format', '_elements']);

/** Resources in memory. What is written at once is seen at once or not at all. */
export class ResourceStore {
  readonly #resources = new Map<string, Stored>();
  #lastId = 0;

  nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }

  write(resources: readonly Stored[]): void {
    for (const resource of resources) {
      this.#resources.set(`${resource.resourceType}/${resource.id}`, resource);
    }
  }

  read(type: string, id: string): Stored | null {
    return this.#resources.get(`${type}/${id}`) ?? null;
  }

  all(type?: string): Stored[] {
    const every = [...this.#resources.values()];
    return type === undefined ? every : every.filter(({ resourceType }) => resourceType === type);
  }

  /** null: a parameter is unknown, or none narrows the search. */
  search({ type, params }: Search, mustNarrow = false): Stored[] | null {
    const filters = [...params].filter(([name]) => !SHAPE.has(name));
    if (filters.some(([name]) => FILTERS[name] === undefined)) {
      return null;
    }
    if (mustNarrow && filters.length === 0) {
      return null;
    }
    return this.all(type).filter((resource) =>
      filters.every(([name, value]) =>
        split(value, ',').some((one) => FILTERS[name]?.(resource, one) === true),
      ),
    );
  }

  /** Identifiers (`Type system|value`) and tags of objects that more than one resource holds. */
  duplicates(): string[] {
    const counts = new Map<string, number>();
    for (const resource of this.all()) {
      for (const key of identifiersOf(resource)) {
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    return [...counts].filter(([, count]) => count > 1).map(([key]) => key);
  }
}

function identifiersOf(resource: Stored): string[] {
  return listOf(resource['identifier']).map(
    ({ system, value }) => `${resource.resourceType} ${String(system)}|${String(value)}`,
  );
}

/** Token search: `value`, `system|value`, `system|`; a backslash takes its meaning from `|`, `,`, `$`. */
function hasToken(tokens: unknown, field: 'value' | 'code', wanted: string): boolean {
  const parts = split(wanted, '|').map((part) => part.replace(/\\([\\|,$])/g, '$1'));
  const value = parts.at(-1) ?? '';
  const system = parts.length > 1 ? (parts[0] ?? '') : null;
  return listOf(tokens).some(
    (token) =>
      (system === null || (token['system'] ?? '') === system) &&
      (value === '' || token[field] === value),
  );
}

/** Parts between separators that no backslash escapes; the escapes stay. */
function split(text: string, separator: ',' | '|'): string[] {
  const parts = [''];
  for (const piece of text.match(/\\.|[^\\]/gsu) ?? []) {
    if (piece === separator) {
      parts.push('');
    } else {
      parts.push(`${parts.pop() ?? ''}${piece}`);
    }
  }
  return parts;
}

function metaOf(resource: Stored): Readonly<Record<string, unknown>> {
  return listOf(resource['meta'])[0] ?? {};
}

function listOf(value: unknown): Readonly<Record<string, unknown>>[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter(
    (one): one is Readonly<Record<string, unknown>> => typeof one === 'object' && one !== null,
  );
}
