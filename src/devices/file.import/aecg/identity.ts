import { isoFromCompact } from '../bytes.ts';
import { anyPatient, type ImportedDevice, type ImportedPatient, textOrNull } from '../recording.ts';
import { attributeOf, find, type XmlElement } from './xml.ts';

const SUBJECT = 'componentOf/timepointEvent/componentOf/subjectAssignment/subject/trialSubject';
const AUTHOR = 'author/seriesAuthor';
const SEX: Readonly<Record<string, ImportedPatient['sex']>> = {
  M: 'male',
  F: 'female',
  UN: 'other',
};

/** The trial subject. `PatientID` is no element of the schema, but real machines write it. */
export function patientOf(root: XmlElement): ImportedPatient | null {
  const subject = find(root, SUBJECT);
  const person = find(subject, 'subjectDemographicPerson');
  const name = find(person, 'name');
  const id = attributeOf(find(subject, 'id'), 'extension') || find(person, 'PatientID')?.text;
  const born = attributeOf(find(person, 'birthTime'), 'value');
  return anyPatient({
    id: textOrNull(id),
    familyName: textOrNull(find(name, 'family')?.text ?? name?.text),
    givenName: textOrNull(find(name, 'given')?.text),
    birthDate: isoFromCompact(born)?.slice(0, 10) ?? null,
    sex: SEX[attributeOf(find(person, 'administrativeGenderCode'), 'code')] ?? null,
  });
}

export function deviceOf(series: XmlElement | undefined): ImportedDevice {
  const author = find(series, AUTHOR);
  const device = find(author, 'manufacturedSeriesDevice');
  const serial = find(device, 'SerialNumber')?.text || attributeOf(find(device, 'id'), 'extension');
  return {
    manufacturer: textOrNull(find(author, 'manufacturerOrganization/name')?.text) ?? '',
    model: textOrNull(find(device, 'manufacturerModelName')?.text) ?? '',
    serialNumber: textOrNull(serial),
    firmware: textOrNull(find(device, 'softwareName')?.text),
  };
}
