import type { CaptureRecord } from '../../../contracts/captures.ts';
import { LABELS } from '../labels.ts';
import type { Signal } from '../sources.ts';
import { entryOf, type Places, referenceTo } from './entry.ts';
import type { ObservationParties } from './observation.ts';
import { sampledData } from './sampledData.ts';
import { SYSTEM } from './systems.ts';
import type { Entry, Identifier } from './types.ts';
import { concept, instant, list } from './values.ts';

/**
 * One spirometry effort: its values are observations of their own, as the vital signs are, and this
 * one keeps together those that belong together, with the curve where it could be read.
 */
export function effortEntry(
  places: Places,
  capture: CaptureRecord,
  { members, curve }: { readonly members: readonly Entry[]; readonly curve: Signal | null },
  parties: ObservationParties,
): Entry {
  const identifier: Identifier = { system: SYSTEM.capture, value: capture.captureId };
  const resource = {
    resourceType: 'Observation',
    identifier: [identifier],
    status: 'final',
    category: [concept(SYSTEM.observationCategory, 'procedure')],
    code: { ...concept(SYSTEM.measurement, 'spirometryEffort'), text: LABELS.fr.effort },
    subject: parties.subject,
    encounter: parties.encounter,
    effectiveDateTime: instant(capture.content.takenAt),
    issued: instant(capture.savedAt),
    performer: parties.performer === null ? undefined : [parties.performer],
    device: parties.device,
    hasMember: list(members.map(referenceTo)),
    component: curve === null ? undefined : componentsOf(curve),
  };
  return entryOf(places, resource, identifier);
}

function componentsOf({ leads, rateHz }: Signal): readonly object[] | undefined {
  return list(
    leads.map((lead) => ({
      code: { text: lead.name },
      valueSampledData: sampledData(lead, rateHz),
    })),
  );
}
