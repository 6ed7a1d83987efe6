import type { CallInput } from '../../../contracts/calls.ts';
import type { Patient } from '../../../contracts/clinical.ts';
import type { IpcCalls } from '../../../contracts/ipc.ts';
import { parseBirthDate } from './birthDate.ts';

/**
 * How the resident's consent was got, as the nurse ticks it; null: not asked yet.
 * impossible: nobody can give it now; the examination is then an emergency.
 */
export const CONSENTS = ['oral', 'written', 'guardian', 'impossible'] as const;
export type Consent = (typeof CONSENTS)[number];
export const SEXES = ['female', 'male', 'unknown'] as const satisfies readonly Patient['sex'][];

/** What was typed so far; it is kept in memory, never stored. */
export type OpeningDraft = {
  readonly birthName: string;
  /** Empty: as the birth name. */
  readonly usedName: string;
  readonly givenName: string;
  /** As typed, day first. */
  readonly birthDate: string;
  readonly sex: (typeof SEXES)[number] | null;
  readonly reason: string;
  readonly consent: Consent | null;
  readonly operatorName: string;
  /** A resident of practice: nothing of it ever leaves the cart. */
  readonly fictional: boolean;
};

export const BLANK: OpeningDraft = {
  birthName: '',
  usedName: '',
  givenName: '',
  birthDate: '',
  sex: null,
  reason: '',
  consent: null,
  operatorName: '',
  fictional: false,
};

export type OpeningField = 'birthName' | 'givenName' | 'birthDate' | 'sex' | 'consent';
export type Opening = CallInput<IpcCalls, 'openAct'>;

/** @returns what must still be filled in, or is wrong, in the order of the form. */
export function openingProblems(draft: OpeningDraft, today: Date): OpeningField[] {
  const wrong: Record<OpeningField, boolean> = {
    birthName: draft.birthName.trim() === '',
    givenName: draft.givenName.trim() === '',
    // A date that nobody knows may be left out; one that is no date may not.
    birthDate: draft.birthDate.trim() !== '' && parseBirthDate(draft.birthDate, today) === null,
    sex: draft.sex === null,
    consent: draft.consent === null,
  };
  const fields: OpeningField[] = ['birthName', 'givenName', 'birthDate', 'sex', 'consent'];
  return fields.filter((field) => wrong[field]);
}

/**
 * Traits that were typed and not checked against the national service are a provisional identity
 * (RNIV, status PROV). @returns null while something is missing.
 */
export function openingOf(draft: OpeningDraft, today: Date): Opening | null {
  const { sex, consent } = draft;
  if (sex === null || consent === null || openingProblems(draft, today).length > 0) {
    return null;
  }
  const operator = draft.operatorName.trim();
  return {
    patient: {
      birthName: inCapitals(draft.birthName),
      usedName: draft.usedName.trim() === '' ? null : inCapitals(draft.usedName),
      givenNames: [draft.givenName.trim()],
      birthDate: parseBirthDate(draft.birthDate, today),
      sex,
      identityStatus: 'PROV',
      ins: null,
      identifiers: [],
      fictional: draft.fictional,
    },
    operator:
      operator === '' ? null : { role: 'nurse', familyName: operator, givenName: '', rpps: null },
    reason: draft.reason.trim(),
    consent: { given: consent !== 'impossible', mode: consent },
  };
}

/** As names of a family are written in French identities; accents stay. */
function inCapitals(name: string): string {
  return name.trim().toLocaleUpperCase('fr');
}
