import type { Measurement } from '../../../contracts/devices.ts';
import { MEASUREMENTS } from '../../../contracts/measurements.ts';
import { LABELS } from '../labels.ts';
import type { Reading, Value } from '../readings.ts';
import { entryOf, type Places } from './entry.ts';
import { SYSTEM } from './systems.ts';
import type { CodeableConcept, Entry, FhirNote, Identifier, Reference } from './types.ts';
import { coding, concept, instant, list, text } from './values.ts';
import { BLOOD_PRESSURE_CODE, categoryOf, codeOf } from './vitalCodes.ts';

export type ObservationParties = {
  readonly subject: Reference;
  readonly encounter: Reference;
  readonly performer: Reference | null;
  readonly device: Reference;
};

export function observationEntry(
  places: Places,
  reading: Reading,
  parties: ObservationParties,
): Entry {
  return reading.kind === 'single'
    ? singleEntry(places, reading.value, parties)
    : panelEntry(places, reading.values, parties);
}

function singleEntry(places: Places, held: Value, parties: ObservationParties): Entry {
  const identifier = identifierOf(held);
  const resource = {
    resourceType: 'Observation',
    ...commonOf(held, [identifier], parties),
    code: codeOf(held.value.name),
    ...resultOf(held.value),
    bodySite: siteOf(held),
  };
  return entryOf(places, resource, identifier);
}

/** R4 blood pressure profile: a part that was not measured says so. */
function panelEntry(
  places: Places,
  values: readonly [Value, ...Value[]],
  parties: ObservationParties,
): Entry {
  const [first] = values;
  const names = new Set(values.map(({ value }) => value.name));
  const missing = (['systolicPressure', 'diastolicPressure'] as const).filter(
    (name) => !names.has(name),
  );
  const resource = {
    resourceType: 'Observation',
    ...commonOf(first, values.map(identifierOf), parties),
    code: BLOOD_PRESSURE_CODE,
    bodySite: siteOf(first),
    component: [
      ...values.map(({ value }) => ({ code: codeOf(value.name), ...resultOf(value) })),
      ...missing.map((name) => ({ code: codeOf(name), dataAbsentReason: absent('not-performed') })),
    ],
    note: notesOf(values.map(({ value }) => value)),
  };
  return entryOf(places, resource, identifierOf(first));
}

function commonOf(
  { value }: Value,
  identifier: readonly Identifier[],
  { subject, encounter, performer, device }: ObservationParties,
): object {
  const stored = value.origin === 'stored';
  return {
    meta: stored ? { tag: [coding(SYSTEM.origin, 'stored')] } : undefined,
    identifier,
    status: 'final',
    category: [categoryOf(value.name)],
    subject,
    encounter,
    effectiveDateTime: instant(value.time),
    issued: instant(value.receivedAt),
    performer: performer === null ? undefined : [performer],
    note: notesOf([value]),
    device,
  };
}

/** The value, or why there is none: what is not valid never leaves as a number. */
function resultOf(value: Measurement): object {
  const interpretation = interpretationOf(value);
  if (value.value === null || value.quality === 'invalid') {
    return { dataAbsentReason: absent(absentReason(value)), interpretation };
  }
  const quantity = {
    value: value.value,
    unit: value.unit,
    system: SYSTEM.ucum,
    code: value.unit,
  };
  return { valueQuantity: quantity, interpretation };
}

function absentReason({ value, flags }: Measurement): 'error' | 'unknown' {
  return value !== null || flags.includes('deviceError') ? 'error' : 'unknown';
}

function absent(reason: 'error' | 'unknown' | 'not-performed'): CodeableConcept {
  return concept(SYSTEM.dataAbsent, reason);
}

/** `<` and `>`: off the scale of the device (v3-ObservationInterpretation). */
function interpretationOf({ flags, quality }: Measurement): readonly CodeableConcept[] | undefined {
  const quality1 =
    quality === 'good'
      ? []
      : [{ ...concept(SYSTEM.quality, quality), text: LABELS.fr.quality[quality] }];
  return list([
    ...(flags.includes('belowDeviceRange') ? [concept(SYSTEM.interpretation, '<')] : []),
    ...(flags.includes('aboveDeviceRange') ? [concept(SYSTEM.interpretation, '>')] : []),
    ...quality1,
    ...flags.map((flag) => ({ ...concept(SYSTEM.quality, flag), text: LABELS.fr.flag[flag] })),
  ]);
}

/** What a reader must know who sees codes of nobody but Chariot as words. */
function notesOf(values: readonly Measurement[]): readonly object[] | undefined {
  const words = values.flatMap(({ quality, flags, origin, calibration, deviceTime }) => [
    ...(quality === 'good' ? [] : [LABELS.fr.quality[quality]]),
    ...flags.map((flag) => LABELS.fr.flag[flag]),
    ...(origin === 'stored' ? [LABELS.fr.stored] : []),
    ...(deviceTime === null ? [] : [`${LABELS.fr.deviceTime} : ${deviceTime}`]),
    `${LABELS.fr.calibration[calibration.state]}${dueOf(calibration.dueDate)}`,
  ]);
  return list([{ text: [...new Set(words)].join(' ; ') }]);
}

function dueOf(dueDate: string | null): string {
  return dueDate === null ? '' : ` (${dueDate})`;
}

/** Where it was measured: coded where a person chose the site, else as the device names it. */
function siteOf({ capture, value }: Value): CodeableConcept | undefined {
  const { bodySite } = capture;
  if (bodySite !== null) {
    return concept(SYSTEM.snomed, bodySite.code, bodySite.display);
  }
  const site = text(value.site);
  return site === undefined ? undefined : { text: site };
}

/** A value is known by its capture, and by its name where a capture holds several. */
function identifierOf({ capture, value }: Value): Identifier {
  const several = capture.content.kind === 'spirometryEffort';
  return {
    system: SYSTEM.capture,
    value: several ? `${capture.captureId}/${value.name}` : capture.captureId,
  };
}

/** What a person should know of these values as documents carry them. */
export function valueNotes(values: readonly Value[]): FhirNote[] {
  const own = new Set(
    values.flatMap(({ value: { name } }) => {
      const { loinc } = MEASUREMENTS[name];
      return loinc === null ? [name] : [];
    }),
  );
  const invalid = values.filter(({ value }) => value.value !== null && value.quality === 'invalid');
  return [
    ...[...own].map((name): FhirNote => ({ code: 'noLoinc', params: { name } })),
    ...invalid.map(({ value: { name } }): FhirNote => ({ code: 'invalidValue', params: { name } })),
  ];
}
