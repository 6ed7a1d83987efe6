import dicomParser from 'dicom-parser';
import { damaged, type Refusal, unsupported } from '../refusal.ts';

/** The few questions that an import asks of a data set; tags as `x0008002a`. */
export type Dataset = {
  /** First value as text, trimmed; '' when absent or empty. */
  readonly text: (tag: string) => string;
  /** Raw bytes of the value; empty when absent. */
  readonly bytes: (tag: string) => Uint8Array;
  readonly uint16: (tag: string, index?: number) => number | undefined;
  readonly uint32: (tag: string, index?: number) => number | undefined;
  /** Decimal or integer string; undefined when absent, NaN when it is no number. */
  readonly decimal: (tag: string) => number | undefined;
  readonly items: (tag: string) => readonly Dataset[];
};

export type DicomFile = { readonly dataset: Dataset; readonly isBigEndian: boolean };

const DEFLATED = '1.2.840.10008.1.2.1.99';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
/** Waveforms are never compressed; these are the ways in which a data set itself is written. */
const READ_SYNTAXES = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', BIG_ENDIAN]);
const PREAMBLE_BYTES = 128;

export function looksLikeDicom(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(PREAMBLE_BYTES, PREAMBLE_BYTES + 4)) === 'DICM';
}

/** Parses a DICOM file (PS3.10). dicom-parser throws objects and strings: they end here. */
export function readDicom(bytes: Uint8Array): { ok: true; value: DicomFile } | Refusal {
  try {
    const syntax = (dicomParser.readPart10Header(bytes).string('x00020010') ?? '').trim();
    if (!READ_SYNTAXES.has(syntax)) {
      const reason = syntax === DEFLATED ? 'dicom.deflated' : 'dicom.transferSyntax';
      return unsupported('dicom', reason);
    }
    const dataset = wrap(dicomParser.parseDicom(bytes));
    return { ok: true, value: { dataset, isBigEndian: syntax === BIG_ENDIAN } };
  } catch {
    return damaged('dicom', 'dicom.malformed');
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function wrap(set: dicomParser.DataSet): Dataset {
  // A value's length comes from the file: what would reach past the end is absent.
  const bytes = (tag: string): Uint8Array => {
    const element = set.elements[tag];
    const from = element?.dataOffset ?? 0;
    const end = from + (element?.length ?? 0);
    const isInside = element !== undefined && from >= 0 && end <= set.byteArray.length;
    return isInside ? set.byteArray.subarray(from, end) : new Uint8Array();
  };
  const text = (tag: string): string =>
    String.fromCharCode(...bytes(tag).subarray(0, 1024))
      .split('\\')[0]
      ?.replaceAll('\0', ' ')
      .trim() ?? '';
  return {
    bytes,
    text,
    uint16: (tag, index = 0) =>
      bytes(tag).length >= 2 * (index + 1) ? set.uint16(tag, index) : undefined,
    uint32: (tag, index = 0) =>
      bytes(tag).length >= 4 * (index + 1) ? set.uint32(tag, index) : undefined,
    decimal: (tag) => {
      const value = text(tag);
      return value === '' ? undefined : NUMBER.test(value) ? Number(value) : Number.NaN;
    },
    items: (tag) =>
      (set.elements[tag]?.items ?? []).flatMap((item) =>
        item.dataSet === undefined ? [] : [wrap(item.dataSet)],
      ),
  };
}
