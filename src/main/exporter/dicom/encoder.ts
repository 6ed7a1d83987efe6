import { ATTRIBUTES, type Dataset, type Keyword, type Vr } from './attributes.ts';
import {
  type ByteWriter,
  byteWriter,
  claim,
  finished,
  putBytes,
  putText,
  type TextEncoding,
  writtenBytes,
} from './byteWriter.ts';
import type { DicomDocument } from './types.ts';
import { decimalString } from './values.ts';

/** Explicit VR Little Endian (PS3.5 A.2): the one transfer syntax that every reader knows. */
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
/** Names Chariot's encoder in file meta information (PS3.7 D.3.3.2); a UUID under 2.25. */
const IMPLEMENTATION_CLASS_UID = '2.25.260309262471829465377346870117290498871';

const PREAMBLE_BYTES = 128;
const ITEM_TAG = 0xfffee000;
/** PS3.5 7.1.2: these have 2 reserved bytes and a length of 32 bits. */
const LONG_VRS: ReadonlySet<Vr> = new Set<Vr>(['OB', 'OW', 'SQ', 'UC', 'UT']);
const MAX_SHORT_LENGTH = 0xfffe;
/** Text whose characters Specific Character Set decides (PS3.5 6.1.2.2). */
const TEXT_VRS: ReadonlySet<Vr> = new Set<Vr>(['LO', 'PN', 'SH', 'ST', 'UC', 'UT']);
/** Graphic characters of ISO 8859-1 and the controls of ISO 646; C1 controls are in neither. */
const LATIN_1 = /^[\0-\x7f\xa0-\xff]*$/;

type Attribute = {
  readonly keyword: string;
  readonly tag: number;
  readonly vr: Vr;
  readonly isLong: boolean;
  readonly isText: boolean;
};
const BY_KEYWORD: ReadonlyMap<string, Attribute> = new Map(
  Object.entries(ATTRIBUTES).map(([keyword, [tag, vr]]) => [
    keyword,
    { keyword, tag, vr, isLong: LONG_VRS.has(vr), isText: TEXT_VRS.has(vr) },
  ]),
);

type Document = Pick<DicomDocument, 'sopClassUid' | 'sopInstanceUid' | 'dataset'>;
type Scalar = string | number | readonly string[] | readonly number[] | Uint8Array;
type Element = { readonly attribute: Attribute } & (
  | { readonly items: null; readonly value: Scalar }
  | { readonly items: readonly (readonly Element[])[]; readonly value: null }
);

/**
 * A DICOM file (PS3.10). Sequences and items have defined lengths, written when their content is.
 * Specific Character Set is chosen here: ISO_IR 100 where every text fits Latin-1, which old systems
 * read, else ISO_IR 192 (UTF-8).
 *
 * @param software version of what made it.
 * @throws RangeError when a value is longer than its representation can say: a bug of the caller.
 */
export function encodeFile(document: Document, software: string): Uint8Array<ArrayBuffer> {
  const out = byteWriter();
  const start = claim(out, PREAMBLE_BYTES);
  out.buffer.fill(0, start, out.at);
  putText(out, 'DICM', 'latin1', 0);
  putMeta(out, document, software);
  const elements = elementsOf(document.dataset);
  const encoding: TextEncoding = fitsLatin1(elements) ? 'latin1' : 'utf8';
  // Its tag is the lowest of all that Chariot writes.
  const SpecificCharacterSet = encoding === 'latin1' ? 'ISO_IR 100' : 'ISO_IR 192';
  putSet(out, elementsOf({ SpecificCharacterSet }), encoding);
  putSet(out, elements, encoding);
  return finished(out);
}

function putMeta(out: ByteWriter, document: Document, software: string): void {
  putSet(out, elementsOf({ FileMetaInformationGroupLength: 0 }), 'latin1');
  const from = out.at;
  const meta: Dataset = {
    FileMetaInformationVersion: new Uint8Array([0, 1]),
    MediaStorageSOPClassUID: document.sopClassUid,
    MediaStorageSOPInstanceUID: document.sopInstanceUid,
    TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: `CHARIOT_${software}`.slice(0, 16),
  };
  putSet(out, elementsOf(meta), 'latin1');
  out.buffer.writeUInt32LE(out.at - from, from - 4);
}

/** Elements stand in the order of their tags. */
function elementsOf(dataset: Dataset): readonly Element[] {
  const elements: Element[] = [];
  let last = 0;
  let isInOrder = true;
  for (const keyword in dataset) {
    const value = dataset[keyword as Keyword];
    const attribute = BY_KEYWORD.get(keyword);
    if (value !== undefined && attribute !== undefined) {
      elements.push(
        attribute.vr === 'SQ'
          ? { attribute, value: null, items: (value as readonly Dataset[]).map(elementsOf) }
          : { attribute, value: value as Scalar, items: null },
      );
      isInOrder &&= attribute.tag > last;
      last = attribute.tag;
    }
  }
  return isInOrder ? elements : elements.toSorted((a, b) => a.attribute.tag - b.attribute.tag);
}

function fitsLatin1(elements: readonly Element[]): boolean {
  return elements.every(({ attribute: { isText }, value, items }) => {
    if (items !== null) {
      return items.every(fitsLatin1);
    }
    return !isText || LATIN_1.test(textOf(value as Exclude<Scalar, Uint8Array>));
  });
}

function putSet(out: ByteWriter, elements: readonly Element[], encoding: TextEncoding): void {
  for (const element of elements) {
    putElement(out, element, encoding);
  }
}

function putElement(out: ByteWriter, element: Element, encoding: TextEncoding): void {
  const { keyword, tag, vr, isLong } = element.attribute;
  const at = claim(out, isLong ? 12 : 8);
  putTag(out, at, tag);
  out.buffer[at + 4] = vr.charCodeAt(0);
  out.buffer[at + 5] = vr.charCodeAt(1);
  const from = writtenBytes(out);
  if (element.items === null) {
    putValue(out, vr, element.value, encoding);
  } else {
    putItems(out, element.items, encoding);
  }
  const length = writtenBytes(out) - from;
  if (isLong) {
    out.buffer[at + 6] = 0;
    out.buffer[at + 7] = 0;
    out.buffer.writeUInt32LE(length, at + 8);
  } else if (length > MAX_SHORT_LENGTH) {
    throw new RangeError(`${keyword} has ${length} bytes`);
  } else {
    out.buffer[at + 6] = length & 0xff;
    out.buffer[at + 7] = length >>> 8;
  }
}

function putTag({ buffer }: ByteWriter, at: number, tag: number): void {
  buffer[at] = (tag >>> 16) & 0xff;
  buffer[at + 1] = tag >>> 24;
  buffer[at + 2] = tag & 0xff;
  buffer[at + 3] = (tag >>> 8) & 0xff;
}

function putValue(out: ByteWriter, vr: Vr, value: Scalar, encoding: TextEncoding): void {
  if (vr === 'US' || vr === 'UL') {
    putNumbers(out, vr, typeof value === 'number' ? [value] : (value as readonly number[]));
  } else if (value instanceof Uint8Array) {
    putBytes(out, value, 0);
  } else {
    putText(out, textOf(value), encoding, vr === 'UI' ? 0 : 0x20);
  }
}

function putItems(
  out: ByteWriter,
  items: readonly (readonly Element[])[],
  encoding: TextEncoding,
): void {
  for (const item of items) {
    const at = claim(out, 8);
    const from = writtenBytes(out);
    putSet(out, item, encoding);
    putTag(out, at, ITEM_TAG);
    out.buffer.writeUInt32LE(writtenBytes(out) - from, at + 4);
  }
}

function putNumbers(out: ByteWriter, vr: 'UL' | 'US', values: readonly number[]): void {
  for (const value of values) {
    if (vr === 'US') {
      const at = claim(out, 2);
      out.buffer.writeUInt16LE(value, at);
    } else {
      const at = claim(out, 4);
      out.buffer.writeUInt32LE(value, at);
    }
  }
}

function textOf(value: Exclude<Scalar, Uint8Array>): string {
  if (typeof value === 'string') {
    return value;
  }
  return typeof value === 'number' ? decimalString(value) : value.join('\\');
}
