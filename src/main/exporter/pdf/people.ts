import type { Act, Patient, Professional, Site } from '../../../contracts/clinical.ts';
import type { Pair } from './blocks.ts';
import { type LocalDates, yearsBetween } from './localDates.ts';
import type { Words } from './words.ts';

/** Last digits of a matricule are its key. */
const KEY_DIGITS = 2;
const INS_NATURE: Readonly<Record<string, string>> = {
  '1.2.250.1.213.1.4.8': 'NIR',
  '1.2.250.1.213.1.4.9': 'NIA',
  '1.2.250.1.213.1.4.10': 'NIR de test',
  '1.2.250.1.213.1.4.11': 'NIR de démonstration',
};

/** Name and date of birth, for the head of a page. */
export function patientName({ birthName, usedName, givenNames }: Patient): string {
  const used = usedName === null || usedName === birthName ? '' : ` (${usedName})`;
  return `${birthName}${used} ${givenNames[0] ?? ''}`;
}

export function patientPairs(
  patient: Patient,
  at: string,
  words: Words,
  dates: LocalDates,
): Pair[] {
  const { birthName, usedName, givenNames, birthDate, sex, identityStatus } = patient;
  const age = birthDate === null ? '' : ` (${words.years(yearsBetween(birthDate, at))})`;
  const born = birthDate === null ? words.unknown : `${dates.day(birthDate)}${age}`;
  return [
    [words.birthName, birthName],
    [words.born, born],
    [words.givenNames, givenNames.join(', ')],
    [words.sex, words.sexes[sex]],
    [words.usedName, usedName ?? '—'],
    [words.identity, words.identities[identityStatus]],
    [words.ins, insWords(patient, words)],
    ...patient.identifiers.map(
      ({ system, value }): Pair => [words.localNumber, `${value}\n${system}`],
    ),
  ];
}

/** The matricule stands on nothing that leaves unless it is qualified (RNIV, EXI ID 29). */
function insWords({ ins, identityStatus }: Patient, words: Words): string {
  if (ins === null) {
    return words.unknown;
  }
  if (identityStatus !== 'QUAL') {
    return words.insWithheld;
  }
  const { matricule, oid } = ins;
  const nature = INS_NATURE[oid] ?? oid;
  return `${matricule.slice(0, -KEY_DIGITS)} ${matricule.slice(-KEY_DIGITS)} (${nature})`;
}

export function professionalName(
  { role, familyName, givenName, rpps }: Professional,
  words: Words,
): string {
  const name = `${givenName} ${familyName}`.trim();
  return `${name}, ${words.roles[role]}${rpps === null ? '' : ` (RPPS ${rpps})`}`;
}

export function actPairs(act: Act, site: Site, words: Words, dates: LocalDates): Pair[] {
  const who = (person: Professional | null): string =>
    person === null ? words.nobody : professionalName(person, words);
  const place = [site.institution, site.department].filter((name) => name !== '').join(', ');
  return [
    [words.institution, place === '' ? words.unknown : place],
    [words.finess, site.finess ?? '—'],
    [words.atBedside, who(act.operator)],
    [words.physician, who(act.physician)],
    [words.reason, act.reason.trim() === '' ? '—' : act.reason],
    [words.consent, consentWords(act, words, dates)],
  ];
}

function consentWords({ consent }: Act, words: Words, dates: LocalDates): string {
  if (consent === null) {
    return words.consentNotAsked;
  }
  const { given, mode, at } = consent;
  const answer = given ? words.consentGiven : words.consentRefused;
  return `${answer} (${words.consentModes[mode]}), ${dates.dateTime(at)}`;
}
