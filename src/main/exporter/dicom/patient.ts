import type { Identifier, Patient } from '../../../contracts/clinical.ts';
import type { Dataset } from './attributes.ts';
import type { Say } from './types.ts';
import { type PersonName, personName, text } from './values.ts';

const SEX = { female: 'F', male: 'M', other: 'O', unknown: '' } as const;
const URN_OID = 'urn:oid:';
const MAX_ISSUER = 64;
const OID = /^[0-2](\.(0|[1-9]\d*))+$/;
const MAX_AGE = 999;

/**
 * Patient and Patient Study modules (PS3.3 C.7.1.1, C.7.2.2). The family name is the birth name and
 * the given name the first of birth, as the RNIV wants it. The INS is told only when it is qualified
 * (RNIV EXI ID 29) and never without these traits.
 */
export function patientModules(
  patient: Patient,
  visit: { readonly date: string; readonly reason: string; readonly patientSystem: string },
  say: Say,
): Dataset {
  const [first = '', ...others] = patient.givenNames;
  const name = personName(patient.birthName, first, others);
  tellName(name, say);
  const [main, ...more] = [
    ...patient.identifiers,
    { system: visit.patientSystem, value: patient.patientId },
  ];
  const { ins, identityStatus } = patient;
  const national =
    ins !== null && identityStatus === 'QUAL'
      ? [{ system: `${URN_OID}${ins.oid}`, value: ins.matricule }]
      : [];
  const otherIds = [...national, ...more].flatMap((other) => {
    const item = identifier(other, say);
    return item.PatientID === '' ? [] : [{ ...item, TypeOfPatientID: 'TEXT' }];
  });
  return {
    PatientName: name.name,
    ...(main === undefined ? {} : identifier(main, say)),
    PatientBirthDate: patient.birthDate?.replaceAll('-', '') ?? '',
    PatientSex: SEX[patient.sex],
    OtherPatientNames: usedName(patient, first),
    OtherPatientIDsSequence: otherIds.length === 0 ? undefined : otherIds,
    PatientAge: ageAt(patient.birthDate, visit.date),
    ReasonForVisit: text('UT', visit.reason, 'ReasonForVisit', say) || undefined,
  };
}

function tellName({ leftOut, cutFrom }: PersonName, say: Say): void {
  if (leftOut > 0) {
    say({ code: 'namesLeftOut', params: { names: leftOut } });
  }
  if (cutFrom > 0) {
    say({ code: 'textShortened', params: { attribute: 'PatientName', characters: cutFrom } });
  }
}

function usedName({ usedName: used, birthName }: Patient, first: string): string | undefined {
  return used === null || used === birthName ? undefined : personName(used, first).name;
}

function identifier({ system, value }: Identifier, say: Say): Dataset {
  const oid = system.startsWith(URN_OID) ? system.slice(URN_OID.length) : '';
  const isOid = OID.test(oid);
  const uri = text('UT', system, 'UniversalEntityID', say);
  return {
    PatientID: text('LO', value, 'PatientID', say),
    // The whole URI is in the qualifiers, whatever its length.
    IssuerOfPatientID: uri.length <= MAX_ISSUER ? uri : undefined,
    IssuerOfPatientIDQualifiersSequence:
      uri === ''
        ? undefined
        : [{ UniversalEntityID: isOid ? oid : uri, UniversalEntityIDType: isOid ? 'ISO' : 'URI' }],
  };
}

/** AS: whole years on the day of the act (YYYYMMDD); absent below one year and where no birth date is known. */
function ageAt(birthDate: string | null, at: string): string | undefined {
  if (birthDate === null) {
    return undefined;
  }
  const hadBirthday = at.slice(4) >= birthDate.slice(5).replace('-', '');
  const years = Number(at.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (hadBirthday ? 0 : 1);
  return years >= 1 && years <= MAX_AGE ? `${String(years).padStart(3, '0')}Y` : undefined;
}
