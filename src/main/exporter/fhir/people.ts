import type { Professional, Site } from '../../../contracts/clinical.ts';
import { entryOf, type Places, referenceTo } from './entry.ts';
import { SYSTEM } from './systems.ts';
import type { Entry, Identifier, Reference } from './types.ts';
import { concept, list, text } from './values.ts';

/** Somebody or something that documents name: with a number a resource, without one a name only. */
export type Named = { readonly entry: Entry | null; readonly reference: Reference };

/**
 * A professional with an RPPS number is a Practitioner. Without one only the name is written: two
 * nurses of one name must not become one person.
 */
export function practitioner(places: Places, person: Professional): Named {
  const display = text(`${person.givenName} ${person.familyName}`) ?? person.familyName;
  if (person.rpps === null) {
    return { entry: null, reference: { display } };
  }
  const identifier: Identifier = {
    use: 'official',
    type: concept(SYSTEM.frIdentifierType, 'RPPS'),
    system: SYSTEM.rpps,
    value: person.rpps,
  };
  const given = list([text(person.givenName) ?? ''].filter((name) => name !== ''));
  const resource = {
    resourceType: 'Practitioner',
    identifier: [identifier],
    name: [{ use: 'usual', family: text(person.familyName), given }],
  };
  const entry = entryOf(places, resource, identifier);
  return { entry, reference: { ...referenceTo(entry), display } };
}

/** The establishment, known by its FINESS number (FINEG: of the place, not of the legal body). */
export function organization(places: Places, site: Site): Named | null {
  const name = text(site.institution);
  if (site.finess === null) {
    return name === undefined ? null : { entry: null, reference: { display: name } };
  }
  const identifier: Identifier = {
    use: 'official',
    type: concept(SYSTEM.frIdentifierType, 'FINEG'),
    system: SYSTEM.finess,
    value: site.finess,
  };
  const entry = entryOf(
    places,
    { resourceType: 'Organization', identifier: [identifier], name: name ?? site.finess },
    identifier,
  );
  return { entry, reference: referenceTo(entry) };
}
