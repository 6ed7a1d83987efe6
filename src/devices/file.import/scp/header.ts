import { isoDate, isoTime, latin1, viewOf } from '../bytes.ts';
import { anyPatient, type ImportedDevice, type ImportedPatient, textOrNull } from '../recording.ts';
import { damaged, type Refusal } from '../refusal.ts';

/** Section 1, as far as an import needs it. */
export type ScpHeader = {
  readonly device: ImportedDevice;
  readonly recordedAt: string | null;
  readonly patient: ImportedPatient | null;
};

/** Tags of section 1, EN 1064 5.4.3. */
const TAG = {
  lastName: 0,
  firstName: 1,
  patientId: 2,
  birthDate: 5,
  sex: 8,
  device: 14,
  date: 25,
  time: 26,
  timeZone: 34,
  end: 255,
} as const;

const SEX: Readonly<Record<number, ImportedPatient['sex']>> = {
  1: 'male',
  2: 'female',
  9: 'other',
};
const MANUFACTURER_IS_TEXT = 255;
const UNKNOWN_ZONE = 0x7fff;

/** EN 1064 5.4.3.1, tag 14: manufacturer codes of protocol 1.x. */
const MANUFACTURERS = [
  '',
  'Burdick',
  'Cambridge',
  'Compumed',
  'Datamed',
  'Fukuda',
  'HP',
  'Marquette',
  'Mortara',
  'Nihon Kohden',
  'Okin',
  'Quinton',
  'Siemens',
  'Spacelabs',
  'Telemed',
  'Hellige',
  'ESAOTE',
  'Schiller',
  'Picker-Schwarzer',
  'et medical devices',
  'Elettronica Trentina',
  'Zwönitz',
];

type Tags = ReadonlyMap<number, Uint8Array>;

/** @param body section 1's body: tag u8, length u16, value; a tag counts once, its first. */
export function readHeader(body: Uint8Array): { ok: true; value: ScpHeader } | Refusal {
  const tags = readTags(body);
  if (tags === null) {
    return damaged('scp-ecg', 'scp.headerTags', { section: 1 });
  }
  const patient = anyPatient({
    id: textOf(tags, TAG.patientId),
    familyName: textOf(tags, TAG.lastName),
    givenName: textOf(tags, TAG.firstName),
    birthDate: dateOf(tags.get(TAG.birthDate)),
    sex: SEX[tags.get(TAG.sex)?.[0] ?? 0] ?? null,
  });
  const device = readDevice(tags.get(TAG.device) ?? new Uint8Array());
  return { ok: true, value: { device, recordedAt: startOf(tags), patient } };
}

function readTags(body: Uint8Array): Tags | null {
  const tags = new Map<number, Uint8Array>();
  const view = viewOf(body);
  for (let at = 0; at < body.length; ) {
    const tag = view.getUint8(at);
    if (tag === TAG.end) {
      return tags;
    }
    const end = at + 3 <= body.length ? at + 3 + view.getUint16(at + 1, true) : Infinity;
    if (end > body.length) {
      return null;
    }
    if (!tags.has(tag)) {
      tags.set(tag, body.subarray(at + 3, end));
    }
    at = end;
  }
  // The end tag is what tells that the section was written to its end.
  return null;
}

function textOf(tags: Tags, tag: number): string | null {
  const bytes = tags.get(tag);
  return bytes === undefined ? null : textOrNull(latin1(bytes).split('\0')[0]);
}

function dateOf(bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined || bytes.length < 4) {
    return null;
  }
  const view = viewOf(bytes);
  return isoDate(view.getUint16(0, true), view.getUint8(2), view.getUint8(3));
}

function startOf(tags: Tags): string | null {
  const date = dateOf(tags.get(TAG.date));
  const [hour = 255, minute = 255, second = 255] = tags.get(TAG.time) ?? [];
  const time = isoTime(hour, minute, second);
  if (date === null || time === null) {
    return null;
  }
  return `${date}T${time}${zoneOf(tags.get(TAG.timeZone))}`;
}

/** Tag 34: minutes east of UTC. @returns `+01:00`, or '' where the file gives none. */
function zoneOf(bytes: Uint8Array | undefined): string {
  const minutes = bytes === undefined || bytes.length < 2 ? null : viewOf(bytes).getInt16(0, true);
  if (minutes === null || minutes === UNKNOWN_ZONE || Math.abs(minutes) >= 24 * 60) {
    return '';
  }
  const size = Math.abs(minutes);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Tag 14: fixed fields to 35, then texts that end in 0: program, serial, system, SCP, maker. */
function readDevice(bytes: Uint8Array): ImportedDevice {
  const texts = latin1(bytes.subarray(36)).split('\0');
  const maker = bytes[7] ?? MANUFACTURER_IS_TEXT;
  const named = textOrNull(texts[4]) ?? MANUFACTURERS[maker] ?? '';
  return {
    manufacturer: named,
    model: textOrNull(latin1(bytes.subarray(8, 14)).split('\0')[0]) ?? '',
    serialNumber: told(texts[1]),
    firmware: told(texts[2]),
  };
}

/** Writers that do not know say `unknown`: as an identity it would join unrelated machines. */
function told(text: string | undefined): string | null {
  const value = textOrNull(text);
  return value === null || value.toLowerCase() === 'unknown' ? null : value;
}
