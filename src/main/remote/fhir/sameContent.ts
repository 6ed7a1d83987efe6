import type { FhirResource } from './bundle.ts';

/**
 * Resources that many documents share: a conditional create meets the one that is there, and whoever
 * keeps it may have corrected it since. All others were made by one document and must be as sent.
 */
const SHARED = new Set([
  'Patient',
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'Device',
  'Location',
]);

/**
 * Whether `held` says all that was sent. A server adds `id`, `meta` and `text`, and writes the places
 * of resources for the `urn:uuid:` that stood in the bundle.
 * @param places `Type/id` of each fullUrl of the bundle.
 */
export function holdsContent(
  sent: FhirResource,
  held: FhirResource,
  places: ReadonlyMap<string, string>,
): boolean {
  if (sent.resourceType !== held.resourceType) {
    return false;
  }
  return SHARED.has(sent.resourceType) || contains(sent, held, places);
}

function contains(sent: unknown, held: unknown, places: ReadonlyMap<string, string>): boolean {
  if (Array.isArray(sent)) {
    return (
      Array.isArray(held) &&
      held.length === sent.length &&
      sent.every((value, index) => contains(value, held[index], places))
    );
  }
  if (typeof sent === 'object' && sent !== null) {
    return (
      typeof held === 'object' &&
      held !== null &&
      Object.entries(sent).every(([key, value]) =>
        key === 'reference' && typeof value === 'string'
          ? isSameReference(value, Reflect.get(held, key), places)
          : contains(value, Reflect.get(held, key), places),
      )
    );
  }
  return sent === held || isSameInstant(sent, held);
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A server may write a time in another zone; a date without a time has none. */
function isSameInstant(sent: unknown, held: unknown): boolean {
  return (
    typeof sent === 'string' &&
    typeof held === 'string' &&
    INSTANT.test(sent) &&
    INSTANT.test(held) &&
    Date.parse(sent) === Date.parse(held)
  );
}

function isSameReference(
  sent: string,
  held: unknown,
  places: ReadonlyMap<string, string>,
): boolean {
  if (typeof held !== 'string') {
    return false;
  }
  const [type, query] = sent.split('?', 2);
  if (query !== undefined) {
    return placeOf(held).startsWith(`${type}/`);
  }
  return placeOf(held) === placeOf(places.get(sent) ?? sent);
}

/** `Type/id` of a relative, absolute or versioned reference. */
function placeOf(reference: string): string {
  const [current = ''] = reference.split('/_history/', 1);
  return current.startsWith('urn:') ? current : current.split('/').slice(-2).join('/');
}
