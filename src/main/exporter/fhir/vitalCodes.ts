import { MEASUREMENTS, type MeasurementName } from '../../../contracts/measurements.ts';
import { LABELS } from '../labels.ts';
import { SYSTEM } from './systems.ts';
import type { CodeableConcept } from './types.ts';
import { coding, concept } from './values.ts';

type Category = 'vital-signs' | 'laboratory' | 'procedure';

/** Codes that the FHIR vital signs profiles demand beside the exact one (R4, observation-vitalsigns). */
const BROADER: Partial<Record<MeasurementName, string>> = { spo2: '2708-6', pulseRate: '8867-4' };

const VITAL_SIGNS = new Set<MeasurementName>([
  'heartRate',
  'pulseRate',
  'cuffPulseRate',
  'spo2',
  'respirationRate',
  'bodyTemperature',
  'skinTemperature',
  'systolicPressure',
  'diastolicPressure',
  'meanPressure',
  'bodyWeight',
  'bodyHeight',
  'bodyMassIndex',
]);

/** Blood pressure panel: its parts are components. */
export const BLOOD_PRESSURE_CODE: CodeableConcept = {
  coding: [coding(SYSTEM.loinc, '85354-9')],
  text: LABELS.fr.bloodPressure,
};

/** LOINC where there is one, ISO/IEEE 11073 where there is one, else Chariot's own word. */
export function codeOf(name: MeasurementName): CodeableConcept {
  const { mdc, loinc } = MEASUREMENTS[name];
  const broader = BROADER[name];
  const codes = [
    ...(loinc === null ? [] : [coding(SYSTEM.loinc, loinc)]),
    ...(broader === undefined ? [] : [coding(SYSTEM.loinc, broader)]),
    ...(mdc === null ? [] : [coding(SYSTEM.mdc, String(mdc))]),
  ];
  const own = coding(SYSTEM.measurement, name);
  return { coding: codes.length === 0 ? [own] : codes, text: LABELS.fr.measurement[name] };
}

export function categoryOf(name: MeasurementName): CodeableConcept {
  return concept(SYSTEM.observationCategory, categoryCode(name));
}

function categoryCode(name: MeasurementName): Category {
  if (name === 'glucose') {
    return 'laboratory';
  }
  return VITAL_SIGNS.has(name) ? 'vital-signs' : 'procedure';
}
