import { ATTRIBUTES, type Vr } from '../../src/main/exporter/dicom/attributes.ts';

/**
 * A reader that forgives nothing: what a file breaks of PS3.5 and PS3.10 in explicit little endian,
 * one line each. It shares no code with the encoder but the list of attributes.
 */
export function problemsOf(file: Uint8Array): readonly string[] {
  const bytes = Buffer.from(file);
  const problems: string[] = [];
  if (bytes.toString('latin1', 128, 132) !== 'DICM') {
    return ['no DICM'];
  }
  // Group length, then group 2 in its own character set, then the data set.
  const body = 144 + bytes.readUInt32LE(140);
  walk(bytes, 132, body, 'latin1', problems);
  const isUnicode = bytes.includes('ISO_IR 192', body, 'latin1');
  walk(bytes, body, bytes.length, isUnicode ? 'utf8' : 'latin1', problems);
  return problems;
}

type Encoding = 'latin1' | 'utf8';

const LONG: ReadonlySet<string> = new Set(['OB', 'OW', 'SQ', 'UC', 'UT']);
const KNOWN: ReadonlyMap<number, string> = new Map(
  Object.values(ATTRIBUTES).map(([tag, vr]) => [tag, vr]),
);
/** Attributes that may have more than one value. */
const MULTIPLE: ReadonlySet<number> = new Set([
  ATTRIBUTES.ImageType[0],
  ATTRIBUTES.OperatorsName[0],
  ATTRIBUTES.PhysiciansOfRecord[0],
  ATTRIBUTES.SoftwareVersions[0],
]);

function walk(
  bytes: Buffer,
  from: number,
  end: number,
  encoding: Encoding,
  problems: string[],
): void {
  let at = from;
  let last = -1;
  while (at < end) {
    const tag = bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);
    const vr = bytes.toString('latin1', at + 4, at + 6);
    const isLong = LONG.has(vr);
    const length = isLong ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
    const value = at + (isLong ? 12 : 8);
    const say = (what: string): void => void problems.push(`${tag.toString(16)} ${vr}: ${what}`);
    if (tag <= last) {
      say('out of order');
    }
    if (KNOWN.get(tag) !== vr) {
      say('wrong representation');
    }
    if (length % 2 === 1 || value + length > end) {
      say(`length ${length}`);
      return;
    }
    if (vr === 'SQ') {
      walkItems(bytes, value, value + length, encoding, problems);
    } else {
      checkValue(bytes.subarray(value, value + length), tag, vr, encoding, say);
    }
    last = tag;
    at = value + length;
  }
}

function walkItems(
  bytes: Buffer,
  from: number,
  end: number,
  encoding: Encoding,
  problems: string[],
): void {
  let at = from;
  while (at < end) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.readUInt32LE(at) !== 0xe000fffe || at + 8 + length > end) {
      problems.push('broken item');
      return;
    }
    walk(bytes, at + 8, at + 8 + length, encoding, problems);
    at += 8 + length;
  }
}

/** PS3.5 table 6.2-1: what a value of a representation may look like, without its padding. */
const SHAPES = {
  AS: /^\d{3}[DWMY]$/,
  CS: /^[A-Z0-9 _]{1,16}$/,
  DA: /^\d{8}$/,
  DS: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i,
  DT: /^\d{14}(\.\d{1,6})?[+-]\d{4}$/,
  IS: /^[+-]?\d{1,11}$/,
  TM: /^\d{6}(\.\d{1,6})?$/,
  UI: /^(0|[1-9]\d*)(\.(0|[1-9]\d*))*$/,
} as const satisfies Partial<Record<Vr, RegExp>>;
const MOST_CHARACTERS: Readonly<Record<string, number>> = {
  DS: 16,
  LO: 64,
  PN: 64,
  SH: 16,
  ST: 1024,
  UI: 64,
};

function checkValue(
  bytes: Buffer,
  tag: number,
  vr: string,
  encoding: Encoding,
  say: (what: string) => void,
): void {
  if (['OB', 'OW', 'UL', 'US'].includes(vr)) {
    return;
  }
  const isText = !(vr in SHAPES);
  const text = isText && encoding === 'utf8' ? decoded(bytes, say) : bytes.toString('latin1');
  const values = ['ST', 'UT'].includes(vr) ? [text] : text.split('\\');
  if (values.length > 1 && !MULTIPLE.has(tag)) {
    say(`${values.length} values`);
  }
  for (const padded of values) {
    const value = padded.replace(vr === 'UI' ? /\0$/ : / +$/, '');
    const shape = SHAPES[vr as keyof typeof SHAPES];
    if (value !== '' && shape !== undefined && !shape.test(value)) {
      say(`"${value}"`);
    }
    if (/\p{Cc}/u.test(value)) {
      say('a control character');
    }
    if (Array.from(value).length > (MOST_CHARACTERS[vr] ?? Infinity)) {
      say('too long');
    }
    if (vr === 'PN' && (value.includes('=') || value.split('^').length > 5)) {
      say(`"${value}"`);
    }
  }
}

function decoded(bytes: Buffer, say: (what: string) => void): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    say('no UTF-8');
    return '';
  }
}
