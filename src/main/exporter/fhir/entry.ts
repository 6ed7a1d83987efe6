import { uuidOf } from '../../acts/uuid5.ts';
import type { Entry, FhirDocument, FhirNote, Identifier, Reference, Resource } from './types.ts';

/** Names the places of a bundle: the same object gives the same ones whenever it is made. */
export type Places = (resourceType: string, identity: string) => string;

export function placesOf(objectId: string): Places {
  return (resourceType, identity) => `urn:uuid:${uuidOf(objectId, resourceType, identity)}`;
}

/** @param identifier by which the server knows the resource again: one of the resource's own. */
export function entryOf(places: Places, resource: Resource, identifier: Identifier): Entry {
  const { system, value } = identifier;
  return {
    fullUrl: places(resource.resourceType, `${system}|${value}`),
    resource,
    condition: `identifier=${token(system, value)}`,
  };
}

/** For a resource that R4 gives no identifier: it is known by a tag. */
export function taggedEntryOf(
  places: Places,
  resource: Resource,
  tag: { readonly system: string; readonly code: string },
): Entry {
  return {
    fullUrl: places(resource.resourceType, `${tag.system}|${tag.code}`),
    resource: { ...resource, meta: { tag: [tag] } },
    condition: `_tag=${token(tag.system, tag.code)}`,
  };
}

export function referenceTo({ fullUrl }: Entry): Reference {
  return { reference: fullUrl };
}

/** One transaction: the server takes all of it or nothing, and what it has it does not make again. */
export function bundleOf(
  entries: readonly (Entry | null)[],
  notes: readonly FhirNote[],
): FhirDocument {
  const byPlace = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry !== null && !byPlace.has(entry.fullUrl)) {
      byPlace.set(entry.fullUrl, entry);
    }
  }
  const bundle: Resource = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [...byPlace.values()].map(({ fullUrl, resource, condition }) => ({
      fullUrl,
      resource,
      request: { method: 'POST', url: resource.resourceType, ifNoneExist: condition },
    })),
  };
  return { bytes: new TextEncoder().encode(JSON.stringify(bundle)), notes };
}

/** `system|value` of a token search; commas, bars and backslashes within are escaped (R4, search). */
function token(system: string, value: string): string {
  const escaped = (part: string): string => part.replace(/[\\|,$]/g, '\\$&');
  return encodeURIComponent(`${escaped(system)}|${escaped(value)}`);
}
