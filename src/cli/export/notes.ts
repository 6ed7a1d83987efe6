import type { ExportNote } from '../../main/exporter/dicom/types.ts';
import type { FhirNote } from '../../main/exporter/fhir/types.ts';

/** How a document differs from what was captured: said by exporters, in words. */
const NOTES: Readonly<Record<(ExportNote | FhirNote)['code'], string>> = {
  generalEcg: 'ECG général, pas 12 dérivations / General ECG, not 12-Lead',
  resampled: 'cadence changée, à travers un filtre / resampled, through a filter',
  quantised: 'valeurs arrondies / values rounded',
  baseline: 'décalage d’électrode dans la ligne de base / electrode offset in the baseline',
  lostSamples: 'échantillons perdus, marqués comme tels / lost samples, marked as such',
  clipped: 'valeurs au-delà de l’échelle / values beyond full scale',
  noUnit: 'valeurs sans unité / values without a unit',
  unknownLead: 'dérivation sans code / lead without a code',
  textShortened: 'texte raccourci / text shortened',
  namesLeftOut: 'prénoms en trop laissés / given names left out',
  serialUnknown: 'numéro de série inconnu / serial number unknown',
  insWithheld: 'INS non qualifiée : elle reste ici / INS not qualified: it stays here',
  noLoinc: 'pas de code LOINC / no LOINC code',
  invalidValue: 'mesure non valable, sans sa valeur / invalid, without its value',
  notIncluded: 'capture non incluse / capture not included',
  corrected: 'capture remplacée par sa correction / capture replaced by its correction',
  rounded: 'échantillons arrondis / samples rounded',
};

export function noteWords({ code, params }: ExportNote | FhirNote): string {
  const values = Object.entries(params).map(([name, value]) => `${name} ${value}`);
  return values.length === 0 ? NOTES[code] : `${NOTES[code]} (${values.join(', ')})`;
}
