import { anyPatient, type ImportedDevice, type ImportedPatient, textOrNull } from '../recording.ts';
import { type EdfHeader, plusDate } from './header.ts';

/** EDF+ separates by blanks, writes a blank inside as `_` and an unknown field as `X`. */
function subfield(text: string | undefined): string | null {
  return text === undefined || text === 'X' ? null : textOrNull(text.replaceAll('_', ' '));
}

/** `code sex dd-MMM-yyyy name`; plain EDF has one free text, which is kept as the id. */
export function patientOf(header: EdfHeader): ImportedPatient | null {
  const parts = header.patientField.split(' ');
  if (!header.format.endsWith('+')) {
    const id = textOrNull(header.patientField);
    return anyPatient({ id, familyName: null, givenName: null, birthDate: null, sex: null });
  }
  return anyPatient({
    id: subfield(parts[0]),
    // The standard orders no names within the field: it stays one text.
    familyName: subfield(parts[3]),
    givenName: null,
    birthDate: plusDate(parts[2]),
    sex: { M: 'male' as const, F: 'female' as const }[parts[1] ?? ''] ?? null,
  });
}

/** EDF+: `Startdate dd-MMM-yyyy admission investigator equipment`. */
export function deviceOf(header: EdfHeader): ImportedDevice {
  const parts = header.recordingField.split(' ');
  const equipment = parts[0] === 'Startdate' ? subfield(parts[4]) : null;
  return { manufacturer: '', model: equipment ?? '', serialNumber: null, firmware: null };
}
