import { ascii, packBits, u8, u16, u32 } from './bits.ts';

/*
 * Writes SCP-ECG records from the description of EN 1064, apart from the reader: codes are texts
 * of 0 and 1, the checksum is the byte-wise form. Generated data, no machine's file.
 */

/** A code of a Huffman table as it is transmitted. `extra`: bits of the value after the prefix. */
export type TableCode = {
  readonly prefix: string;
  readonly extra: number;
  readonly value: number;
  readonly switchTo?: number;
};

export type ScpLeadSpec = {
  readonly id: number;
  readonly samples: readonly number[];
  readonly first?: number;
};

export type ScpSpec = {
  readonly leads: readonly ScpLeadSpec[];
  readonly differences: 0 | 1 | 2;
  /** `none`: no section 2; `default`: table 19999; else the file's own tables. */
  readonly tables: 'none' | 'default' | readonly (readonly TableCode[])[];
  /** Turns the (differenced) values of a lead into bits, when the file has tables of its own. */
  readonly encode?: (values: readonly number[]) => string;
  readonly bimodal?: number;
  readonly leadFlags?: number;
  readonly nanovolts?: number;
  readonly microseconds?: number;
  readonly protocol?: number;
  readonly extraSections?: readonly (readonly [number, readonly number[]])[];
};

export function crcByteWise(bytes: readonly number[]): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    let x = (crc >> 8) ^ byte;
    x ^= x >> 4;
    crc = ((crc << 8) ^ (x << 12) ^ (x << 5) ^ x) & 0xffff;
  }
  return crc;
}

const twosComplement = (value: number, width: number): string =>
  (value < 0 ? value + 2 ** width : value).toString(2).padStart(width, '0');

/** The default table, EN 1064 C.2.7. */
export function encodeDefault(values: readonly number[]): string {
  const code = (value: number): string => {
    const size = Math.abs(value);
    if (size === 0) {
      return '0';
    }
    if (size <= 8) {
      return `${'1'.repeat(size)}0${value < 0 ? '1' : '0'}`;
    }
    return value >= -128 && value <= 127
      ? `1111111110${twosComplement(value, 8)}`
      : `1111111111${twosComplement(value, 16)}`;
  };
  return values.map(code).join('');
}

/** Codes of a table of one's own, for {@link ScpSpec.encode}. */
export function encodeWith(table: readonly TableCode[], value: number): string {
  const exact = table.find(
    (code) => code.extra === 0 && code.switchTo === undefined && code.value === value,
  );
  const wide = table.find((code) => code.extra > 0);
  if (exact !== undefined) {
    return exact.prefix;
  }
  if (wide === undefined) {
    throw new Error(`no code for ${value}`);
  }
  return wide.prefix + twosComplement(value, wide.extra);
}

function difference(samples: readonly number[], order: number): number[] {
  const at = (index: number): number => samples[index] ?? 0;
  return samples.map((sample, index) => {
    if (index < order) {
      return sample;
    }
    return [sample, sample - at(index - 1), sample - 2 * at(index - 1) + at(index - 2)][order] ?? 0;
  });
}

function leadBytes(spec: ScpSpec, lead: ScpLeadSpec): number[] {
  const values = difference(lead.samples, spec.differences);
  if (spec.tables === 'none') {
    return values.flatMap((value) => u16(value));
  }
  const encode = spec.tables === 'default' ? encodeDefault : spec.encode;
  const bytes = packBits((encode ?? encodeDefault)(values));
  return bytes.length % 2 === 0 ? bytes : [...bytes, 0];
}

function tableBytes(tables: readonly (readonly TableCode[])[] | 'default'): number[] {
  if (tables === 'default') {
    return u16(19999);
  }
  const code = ({ prefix, extra, value, switchTo }: TableCode): number[] => [
    ...u8(prefix.length),
    ...u8(prefix.length + extra),
    ...u8(switchTo === undefined ? 1 : 0),
    ...u16(switchTo ?? value),
    // The first transmitted bit is the lowest of the stored number.
    ...u32(Number.parseInt(prefix.split('').toReversed().join(''), 2)),
  ];
  return [...u16(tables.length), ...tables.flatMap((t) => [...u16(t.length), ...t.flatMap(code)])];
}

const tag = (id: number, value: readonly number[]): number[] => [
  ...u8(id),
  ...u16(value.length),
  ...value,
];

/** Patient Élise Martin of no hospital: invented. */
export function headerBytes(): number[] {
  const strings = ['PROG 1', 'SN-0042', '3.1', 'WRITER', 'ACME'].join('\0');
  const device = [
    ...u16(0),
    ...u16(0),
    ...u16(7),
    0,
    255,
    ...ascii('CART\0\0'),
    20,
    0xa0,
    0,
    8,
    1,
    ...Array.from({ length: 16 }, () => 0),
    7,
    ...ascii(`${strings}\0`),
  ];
  return [
    ...tag(0, [...ascii('Martin'), 0]),
    ...tag(1, [...ascii('\u00c9lise'), 0]),
    ...tag(2, [...ascii('P-77'), 0]),
    ...tag(5, [...u16(1940), 2, 29]),
    ...tag(8, [2]),
    ...tag(14, device),
    ...tag(25, [...u16(2026), 3, 4]),
    ...tag(26, [5, 6, 7]),
    ...tag(34, [...u16(60), ...u16(0)]),
    255,
    0,
    0,
  ];
}

function section(id: number, body: readonly number[], protocol: number): number[] {
  const mark = id === 0 ? ascii('SCPECG') : [0, 0, 0, 0, 0, 0];
  const padded = body.length % 2 === 0 ? body : [...body, 0];
  const rest = [...u16(id), ...u32(padded.length + 16), protocol, protocol, ...mark, ...padded];
  return [...u16(crcByteWise(rest)), ...rest];
}

export function writeScp(spec: ScpSpec): Uint8Array {
  const flags = spec.leadFlags ?? (spec.leads.length << 3) | 4;
  const leads = spec.leads.flatMap(({ id, samples, first = 1 }) => [
    ...u32(first),
    ...u32(first + samples.length - 1),
    id,
  ]);
  const data = spec.leads.map((lead) => leadBytes(spec, lead));
  const rhythm = [
    ...u16(spec.nanovolts ?? 2500),
    ...u16(spec.microseconds ?? 2000),
    spec.differences,
    spec.bimodal ?? 0,
    ...data.flatMap((bytes) => u16(bytes.length)),
    ...data.flat(),
  ];
  const bodies: (readonly [number, readonly number[]])[] = [
    [1, headerBytes()],
    ...(spec.tables === 'none' ? [] : [[2, tableBytes(spec.tables)] as const]),
    [3, [spec.leads.length, flags & 0xff, ...leads]],
    [6, rhythm],
    ...(spec.extraSections ?? []),
  ];
  return assemble(bodies, spec.protocol ?? 20);
}

/** Puts sections behind their pointers and both checksums before them. */
export function assemble(
  bodies: readonly (readonly [number, readonly number[]])[],
  protocol: number,
): Uint8Array {
  const numbers = Array.from({ length: 12 }, (_, id) => id);
  const built = new Map(bodies.map(([id, body]) => [id, section(id, body, protocol)]));
  const zeroLength = 16 + numbers.length * 10;
  let index = 6 + zeroLength + 1;
  const pointers = numbers.flatMap((id) => {
    const length = id === 0 ? zeroLength : (built.get(id)?.length ?? 0);
    const at = id === 0 ? 7 : index;
    index += id === 0 ? 0 : length;
    return [...u16(id), ...u32(length), ...u32(length === 0 ? 0 : at)];
  });
  const ordered = numbers.flatMap((id) => built.get(id) ?? []);
  const body = [...section(0, pointers, protocol), ...ordered];
  const rest = [...u32(body.length + 6), ...body];
  return Uint8Array.from([...u16(crcByteWise(rest)), ...rest]);
}
