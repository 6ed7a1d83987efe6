import type { Act } from '../../../contracts/clinical.ts';
import { entryOf, type Places } from './entry.ts';
import { SYSTEM } from './systems.ts';
import type { Entry, Identifier, Reference } from './types.ts';
import { coding, concept, instant, list, text } from './values.ts';

/** Who and where, as references of the bundle. */
export type Parties = {
  readonly patient: Reference;
  readonly operator: Reference | null;
  readonly physician: Reference | null;
  readonly organization: Reference | null;
};

/** The teleconsultation: class VR, as CI-SIS has it for a report of telemedicine. */
export function encounterEntry(places: Places, act: Act, parties: Parties): Entry {
  const identifier: Identifier = { system: SYSTEM.act, value: act.actId };
  const reason = text(act.reason);
  const resource = {
    resourceType: 'Encounter',
    identifier: [identifier],
    status: act.state === 'closed' ? 'finished' : 'in-progress',
    class: coding(SYSTEM.actCode, 'VR', 'virtual'),
    subject: parties.patient,
    participant: list([
      ...participant('PPRF', parties.physician),
      ...participant('SPRF', parties.operator),
    ]),
    period: {
      start: instant(act.startedAt),
      end: act.endedAt === null ? undefined : instant(act.endedAt),
    },
    reasonCode: reason === undefined ? undefined : [{ text: reason }],
    serviceProvider: parties.organization ?? undefined,
  };
  return entryOf(places, resource, identifier);
}

/** PPRF: the physician, who performs the act. SPRF: the nurse who is with the resident. */
function participant(type: 'PPRF' | 'SPRF', individual: Reference | null): object[] {
  return individual === null ? [] : [{ type: [concept(SYSTEM.participation, type)], individual }];
}

/** LOINC 59284-0: consent. The wishes are those of the act of telemedicine alone. */
export function consentEntry(places: Places, act: Act, parties: Parties): Entry | null {
  if (act.consent === null) {
    return null;
  }
  const identifier: Identifier = { system: SYSTEM.consent, value: act.actId };
  const resource = {
    resourceType: 'Consent',
    identifier: [identifier],
    status: act.consent.given ? 'active' : 'rejected',
    scope: concept(SYSTEM.consentScope, 'treatment'),
    category: [concept(SYSTEM.loinc, '59284-0'), concept(SYSTEM.consentMode, act.consent.mode)],
    patient: parties.patient,
    dateTime: instant(act.consent.at),
    organization: parties.organization === null ? undefined : [parties.organization],
    policyRule: { text: 'Consentement à l’acte de télémédecine (code de la santé publique)' },
  };
  return entryOf(places, resource, identifier);
}
