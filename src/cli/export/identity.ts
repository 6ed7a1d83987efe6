import { readFileSync } from 'node:fs';
import { type Patient, PatientSchema } from '../../contracts/clinical.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { ImportedPatient } from '../../devices/file.import/recording.ts';
import { uuidOf } from '../../main/acts/uuid5.ts';
import { UsageError } from '../usage.ts';

/** Whom a document is about, as the words of the command say it. */
export type IdentityWords = {
  /** A patient as JSON; undefined: none was given. */
  readonly patient?: string | undefined;
  /** The identity that the file itself carries is to be believed. */
  readonly 'identity-of-file'?: boolean | undefined;
  /** Who gave the identifier in the file: its URI. Undefined: nobody knows, and it stays there. */
  readonly 'patient-system'?: string | undefined;
  /** The file may name somebody else than `--patient`. */
  readonly 'other-identity'?: boolean | undefined;
};

/**
 * Nobody is guessed: a patient is given, or the file's own is asked for. Fails with
 * EXPORT_IDENTITY_MISSING, and with EXPORT_WRONG_PATIENT where the file names another one.
 *
 * @param carried what the file says; null: nothing.
 */
export function identityOf(words: IdentityWords, carried: ImportedPatient | null): Result<Patient> {
  if (words.patient === undefined) {
    return words['identity-of-file'] === true
      ? carriedIdentity(carried, words['patient-system'] ?? null)
      : failed('EXPORT_IDENTITY_MISSING');
  }
  if (words['identity-of-file'] === true) {
    throw new UsageError('--patient | --identity-of-file');
  }
  const patient = readPatient(words.patient);
  return carried !== null && contradicts(patient, carried) && words['other-identity'] !== true
    ? failed('EXPORT_WRONG_PATIENT', { reason: 'fileNamesAnother', option: '--other-identity' })
    : ok(patient);
}

/** @throws UsageError naming the field at fault, never what is in it. */
function readPatient(file: string): Patient {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new UsageError(`--patient ${file}: illisible / unreadable`);
  }
  const parsed = PatientSchema.safeParse(json);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.') || '{}');
    throw new UsageError(`--patient ${file}: ${[...new Set(fields)].join(', ')}`);
  }
  return parsed.data;
}

/** Provisional, as nobody looked at the person's papers. A name is both of its parts. */
function carriedIdentity(carried: ImportedPatient | null, system: string | null): Result<Patient> {
  const { familyName, givenName, birthDate, sex, id } = carried ?? {};
  const missing = [...(familyName ? [] : ['familyName']), ...(givenName ? [] : ['givenName'])].join(
    ' ',
  );
  if (!familyName || !givenName) {
    return failed('EXPORT_IDENTITY_MISSING', { missingInFile: missing });
  }
  const identifiers = id && system !== null ? [{ system, value: id }] : [];
  const traits = [familyName, givenName, birthDate ?? '', sex ?? '', id ?? ''];
  const [first] = identifiers;
  return ok(
    PatientSchema.parse({
      patientId:
        first === undefined
          ? uuidOf('patient of a file', ...traits)
          : uuidOf('patient', first.system, first.value),
      birthName: familyName,
      givenNames: [givenName],
      birthDate: birthDate ?? null,
      sex: sex ?? 'unknown',
      identifiers,
    }),
  );
}

/** What both of them say and say differently. */
function contradicts(patient: Patient, carried: ImportedPatient): boolean {
  const { familyName, birthDate, sex } = carried;
  const names = [patient.birthName, patient.usedName ?? patient.birthName].map(plain);
  const otherName = familyName !== null && !names.includes(plain(familyName));
  const otherDate =
    birthDate !== null && patient.birthDate !== null && birthDate !== patient.birthDate;
  const isSexKnown = (of: string | null): boolean => of === 'male' || of === 'female';
  const otherSex = isSexKnown(sex) && isSexKnown(patient.sex) && sex !== patient.sex;
  return otherName || otherDate || otherSex;
}

/** Letters alone, without accents and case: machines spell names in their own ways. */
function plain(name: string): string {
  return name
    .toUpperCase()
    .replaceAll('Œ', 'OE')
    .replaceAll('Æ', 'AE')
    .normalize('NFD')
    .replaceAll(/[^A-Z]/g, '');
}
