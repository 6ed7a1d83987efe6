import type { CaptureRecord } from '../../../contracts/captures.ts';
import type { EcgSource, Signal, SignalLead } from '../sources.ts';
import { entryOf, type Places } from './entry.ts';
import type { ObservationParties } from './observation.ts';
import { periodOf, sampledData, stepOf, UCUM_OF } from './sampledData.ts';
import { SYSTEM } from './systems.ts';
import type { CodeableConcept, Entry, FhirNote, Identifier } from './types.ts';
import { coding, concept, instant } from './values.ts';

const DERIVED = 'dérivation calculée';

/** LOINC 11524-6: EKG study. MDC_ECG_ELEC_POTL. */
const ECG_CODE: CodeableConcept = {
  coding: [coding(SYSTEM.loinc, '11524-6'), coding(SYSTEM.mdc, '131328', 'MDC_ECG_ELEC_POTL')],
  text: 'ECG',
};

/** ISO/IEEE 11073-10101: MDC_ECG_LEAD_*. */
const LEAD_CODES: Readonly<Record<string, string>> = {
  MDC_ECG_ELEC_POTL: '131328',
  MDC_ECG_LEAD_I: '131329',
  MDC_ECG_LEAD_II: '131330',
  MDC_ECG_LEAD_V1: '131331',
  MDC_ECG_LEAD_V2: '131332',
  MDC_ECG_LEAD_V3: '131333',
  MDC_ECG_LEAD_V4: '131334',
  MDC_ECG_LEAD_V5: '131335',
  MDC_ECG_LEAD_V6: '131336',
  MDC_ECG_LEAD_III: '131389',
  MDC_ECG_LEAD_AVR: '131390',
  MDC_ECG_LEAD_AVL: '131391',
  MDC_ECG_LEAD_AVF: '131392',
};

/** A tracing as SampledData, one component a lead. Nothing is filtered; what was lost is `E`. */
export function ecgEntry(
  places: Places,
  { capture, signal }: EcgSource,
  parties: ObservationParties,
): { readonly entry: Entry; readonly notes: readonly FhirNote[] } {
  const identifier: Identifier = { system: SYSTEM.capture, value: capture.captureId };
  const resource = {
    resourceType: 'Observation',
    identifier: [identifier],
    status: 'final',
    category: [concept(SYSTEM.observationCategory, 'procedure')],
    code: ECG_CODE,
    subject: parties.subject,
    encounter: parties.encounter,
    effectivePeriod: periodOf(signal),
    issued: instant(capture.savedAt),
    performer: parties.performer === null ? undefined : [parties.performer],
    note: [{ text: noteOf(capture, signal) }],
    device: parties.device,
    component: signal.leads.map((lead) => componentOf(lead, signal)),
  };
  const notes = signal.leads.map(({ unit }) => ({ step: stepOf(unit), unit: UCUM_OF[unit] }));
  return {
    entry: entryOf(places, resource, identifier),
    notes: notes.slice(0, 1).map((params): FhirNote => ({ code: 'rounded', params })),
  };
}

function componentOf(lead: SignalLead, signal: Signal): object {
  return {
    code: leadCode(lead),
    interpretation: lead.derived
      ? [{ ...concept(SYSTEM.quality, 'derived'), text: DERIVED }]
      : undefined,
    valueSampledData: sampledData(lead, signal.rateHz),
  };
}

function leadCode({ name, code }: SignalLead): CodeableConcept {
  const decimal = LEAD_CODES[code.toUpperCase()];
  return decimal === undefined
    ? { text: name }
    : { coding: [coding(SYSTEM.mdc, decimal, code)], text: name };
}

function noteOf({ provenance }: CaptureRecord, { gaps, rateHz }: Signal): string {
  const lost = gaps.reduce((sum, { samples }) => sum + samples, 0);
  const loss = lost === 0 ? 'aucun échantillon perdu' : `${lost} échantillons perdus (E)`;
  const calibration = provenance.calibration?.state ?? 'none';
  return `${rateHz} Hz ; filtres : aucun ; ${loss} ; étalonnage : ${calibration}`;
}
