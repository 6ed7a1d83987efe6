import { ascii } from './bits.ts';

/* Writes DICOM files from PS3.5 and PS3.10, apart from the reader and its library. Generated data. */

export type Syntax = 'explicit' | 'implicit' | 'big';
const SYNTAX_UID = {
  explicit: '1.2.840.10008.1.2.1',
  implicit: '1.2.840.10008.1.2',
  big: '1.2.840.10008.1.2.2',
} as const;

/** A value: text, numbers of a width in bytes, raw bytes, or items of a sequence. */
export type Value =
  | { readonly vr: string; readonly text: string }
  | { readonly vr: string; readonly numbers: readonly number[]; readonly width: 1 | 2 | 4 }
  | { readonly vr: 'SQ'; readonly items: readonly (readonly Element[])[] };
export type Element = readonly [tag: number, value: Value];

export const text = (tag: number, vr: string, value: string): Element => [tag, { vr, text: value }];
export const ushort = (tag: number, ...numbers: number[]): Element => [
  tag,
  { vr: 'US', numbers, width: 2 },
];
export const ulong = (tag: number, ...numbers: number[]): Element => [
  tag,
  { vr: 'UL', numbers, width: 4 },
];
export const samples = (tag: number, width: 1 | 2 | 4, numbers: readonly number[]): Element => [
  tag,
  { vr: width === 1 ? 'OB' : 'OW', numbers, width },
];
export const sequence = (tag: number, ...items: (readonly Element[])[]): Element => [
  tag,
  { vr: 'SQ', items },
];

function number(value: number, width: number, isBig: boolean): number[] {
  const bytes = Array.from({ length: width }, (_, index) => (value >> (8 * index)) & 0xff);
  return isBig ? bytes.toReversed() : bytes;
}

const LONG_FORM = new Set(['OB', 'OW', 'SQ', 'UT', 'UN']);

function body(value: Value, syntax: Syntax): number[] {
  const isBig = syntax === 'big';
  if ('text' in value) {
    const bytes = [...ascii(value.text)];
    return bytes.length % 2 === 0 ? bytes : [...bytes, value.vr === 'UI' ? 0 : 32];
  }
  if ('items' in value) {
    return value.items.flatMap((item) => {
      const inside = item.flatMap((element) => encode(element, syntax));
      const head = [...number(0xfffe, 2, isBig), ...number(0xe000, 2, isBig)];
      return [...head, ...number(inside.length, 4, isBig), ...inside];
    });
  }
  const bytes = value.numbers.flatMap((entry) => number(entry, value.width, isBig));
  return bytes.length % 2 === 0 ? bytes : [...bytes, 0];
}

function encode([tag, value]: Element, syntax: Syntax): number[] {
  const isBig = syntax === 'big';
  const content = body(value, syntax);
  const name = [...number(tag >>> 16, 2, isBig), ...number(tag & 0xffff, 2, isBig)];
  if (syntax === 'implicit') {
    return [...name, ...number(content.length, 4, isBig), ...content];
  }
  const length = LONG_FORM.has(value.vr)
    ? [0, 0, ...number(content.length, 4, isBig)]
    : number(content.length, 2, isBig);
  return [...name, ...ascii(value.vr), ...length, ...content];
}

/** @param uid stands in for the syntax's own, to announce another way of writing. */
export function writeDicom(
  elements: readonly Element[],
  syntax: Syntax,
  uid: string = SYNTAX_UID[syntax],
): Uint8Array {
  const meta = encode(text(0x00020010, 'UI', uid), 'explicit');
  const length = encode(ulong(0x00020000, meta.length), 'explicit');
  const data = elements.flatMap((element) => encode(element, syntax));
  const preamble = Array.from({ length: 128 }, () => 0);
  return Uint8Array.from([...preamble, ...ascii('DICM'), ...length, ...meta, ...data]);
}

export type ChannelSpec = {
  readonly source: readonly [value: string, scheme: string, meaning: string];
  readonly unit: string;
  readonly sensitivity: string;
  readonly correction?: string;
  readonly baseline?: string;
  readonly skewSeconds?: string;
};

const code = (value: string, scheme: string, meaning: string): Element[] => [
  text(0x00080100, 'SH', value),
  text(0x00080102, 'SH', scheme),
  text(0x00080104, 'LO', meaning),
];

export function channel(spec: ChannelSpec): Element[] {
  return [
    sequence(0x003a0208, code(...spec.source)),
    text(0x003a0210, 'DS', spec.sensitivity),
    sequence(0x003a0211, code(spec.unit, 'UCUM', 'unit')),
    text(0x003a0212, 'DS', spec.correction ?? '1'),
    text(0x003a0213, 'DS', spec.baseline ?? '0'),
    text(0x003a0214, 'DS', spec.skewSeconds ?? '0'),
  ];
}

export type GroupSpec = {
  readonly originality: 'ORIGINAL' | 'DERIVED';
  readonly channels: readonly ChannelSpec[];
  /** Instants, each with one sample a channel. */
  readonly instants: readonly (readonly number[])[];
  readonly interpretation: string;
  readonly width: 1 | 2 | 4;
  readonly padding?: number;
  readonly hz?: string;
  readonly offsetMs?: string;
};

export function group(spec: GroupSpec): Element[] {
  const padding =
    spec.padding === undefined ? [] : [samples(0x5400100a, spec.width, [spec.padding])];
  return [
    text(0x00181068, 'DS', spec.offsetMs ?? '0'),
    text(0x003a0004, 'CS', spec.originality),
    ushort(0x003a0005, spec.channels.length),
    ulong(0x003a0010, spec.instants.length),
    text(0x003a001a, 'DS', spec.hz ?? '500'),
    sequence(0x003a0200, ...spec.channels.map(channel)),
    ushort(0x54001004, spec.width * 8),
    text(0x54001006, 'CS', spec.interpretation),
    ...padding,
    samples(0x54001010, spec.width, spec.instants.flat()),
  ];
}

/** An invented patient's general ECG. */
export function ecg(groups: readonly (readonly Element[])[], sopClass = '1.2'): Element[] {
  return [
    text(0x00080005, 'CS', 'ISO_IR 192'),
    text(0x00080016, 'UI', `1.2.840.10008.5.1.4.1.1.9.${sopClass}`),
    text(0x0008002a, 'DT', '20260304050607.25+0100'),
    text(0x00080070, 'LO', 'ACME'),
    text(0x00081090, 'LO', 'Cart'),
    text(0x00100010, 'PN', 'Martin^Elise'),
    text(0x00100020, 'LO', 'P-77'),
    text(0x00100030, 'DA', '19400229'),
    text(0x00100040, 'CS', 'F'),
    text(0x00181000, 'LO', 'SN-0042'),
    sequence(0x54000100, ...groups),
  ];
}
