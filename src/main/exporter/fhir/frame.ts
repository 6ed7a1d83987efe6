import { failed, ok, type Result } from '../../../contracts/faults.ts';
import type { DocumentContext } from '../sources.ts';
import { softwareEntry } from './device.ts';
import { encounterEntry, type Parties } from './encounter.ts';
import { type Places, placesOf, referenceTo } from './entry.ts';
import { patientEntry } from './patient.ts';
import { type Named, organization, practitioner } from './people.ts';
import type { Entry, FhirNote } from './types.ts';

/** What every bundle of an act begins with: whom it is about, who, where, when, by what. */
export type Frame = {
  readonly places: Places;
  readonly entries: readonly (Entry | null)[];
  readonly parties: Parties;
  readonly encounter: Entry;
  readonly assembler: Entry;
  readonly notes: readonly FhirNote[];
};

/**
 * Fails with ACT_OPEN: an encounter on a server is not corrected later; and with EXPORT_UNSUPPORTED
 * for a fictional resident, of whom nothing leaves.
 */
export function frameOf(context: DocumentContext): Result<Frame> {
  const { act, patient, site, objectId, software } = context;
  if (act.state === 'open') {
    return failed('ACT_OPEN');
  }
  if (patient.fictional) {
    return failed('EXPORT_UNSUPPORTED');
  }
  const places = placesOf(objectId);
  const who = patientEntry(places, patient, site);
  const operator = act.operator === null ? null : practitioner(places, act.operator);
  const physician = act.physician === null ? null : practitioner(places, act.physician);
  const place = organization(places, site);
  const parties: Parties = {
    patient: referenceTo(who.entry),
    operator: referenceOf(operator),
    physician: referenceOf(physician),
    organization: referenceOf(place),
  };
  const encounter = encounterEntry(places, act, parties);
  const assembler = softwareEntry(places, software, site.stationName);
  const people = [place, operator, physician].map((named) => named?.entry ?? null);
  return ok({
    places,
    entries: [who.entry, ...people, encounter, assembler],
    parties,
    encounter,
    assembler,
    notes: who.notes,
  });
}

function referenceOf(named: Named | null): Named['reference'] | null {
  return named === null ? null : named.reference;
}
