import type { Patient, Site } from '../../../contracts/clinical.ts';
import { entryOf, type Places } from './entry.ts';
import { EXTENSION, SYSTEM } from './systems.ts';
import type { Entry, FhirNote, Identifier } from './types.ts';
import { coding, concept, list, text } from './values.ts';

/** OIDs of the INS and their types (ANS, référentiel INS; FR Core 2.x, fr-core-cs-v2-0203). */
const INS_TYPES: Readonly<Record<string, string>> = {
  '1.2.250.1.213.1.4.8': 'INS-NIR',
  '1.2.250.1.213.1.4.9': 'INS-NIA',
  '1.2.250.1.213.1.4.10': 'INS-NIR-TEST',
  '1.2.250.1.213.1.4.11': 'INS-NIR-DEMO',
};

/**
 * The resident with the identifiers of FR Core. Known to the server by the establishment's number
 * where there is one, so that the hospital's own record is met; else by Chariot's.
 */
export function patientEntry(
  places: Places,
  patient: Patient,
  site: Site,
): { readonly entry: Entry; readonly notes: readonly FhirNote[] } {
  const own: Identifier = {
    use: 'secondary',
    system: site.patientSystem,
    value: patient.patientId,
  };
  const ipp = patient.identifiers.map(
    ({ system, value }): Identifier => ({
      use: 'usual',
      type: concept(SYSTEM.identifierType, 'PI'),
      system,
      value,
    }),
  );
  const ins = insOf(patient);
  const resource = {
    resourceType: 'Patient',
    extension: [identityReliability(patient)],
    identifier: [...(ins === null ? [] : [ins]), ...ipp, own],
    name: namesOf(patient),
    gender: patient.sex,
    birthDate: patient.birthDate ?? undefined,
  };
  const withheld = patient.ins !== null && ins === null;
  return {
    entry: entryOf(places, resource, ipp[0] ?? own),
    notes: withheld ? [{ code: 'insWithheld', params: { status: patient.identityStatus } }] : [],
  };
}

/** Matricule and OID leave only with a qualified identity, and with its traits (RNIV, EXI ID 29). */
function insOf({ ins, identityStatus, birthDate, sex }: Patient): Identifier | null {
  const type = ins === null ? undefined : INS_TYPES[ins.oid];
  const hasTraits = birthDate !== null && (sex === 'female' || sex === 'male');
  if (ins === null || type === undefined || identityStatus !== 'QUAL' || !hasTraits) {
    return null;
  }
  return {
    use: 'official',
    type: concept(SYSTEM.frIdentifierType, type),
    system: `urn:oid:${ins.oid}`,
    value: ins.matricule,
  };
}

function identityReliability({ identityStatus }: Patient): object {
  return {
    url: EXTENSION.identityReliability,
    extension: [
      { url: 'identityStatus', valueCoding: coding(SYSTEM.frIdentityStatus, identityStatus) },
    ],
  };
}

function namesOf({ birthName, usedName, givenNames }: Patient): object[] {
  const given = list(givenNames.flatMap((name) => text(name) ?? []));
  const official = {
    extension: [{ url: EXTENSION.birthGivenNames, valueString: given?.join(' ') }],
    use: 'official',
    family: text(birthName),
    given,
  };
  const used = text(usedName);
  return used === undefined
    ? [official]
    : [official, { use: 'usual', family: used, given: given?.slice(0, 1) }];
}
