import {
  type Attribute,
  attributeValue,
  mapBytes,
  readAttributes,
  readValueMap,
  unfold,
  type ValueMap,
} from './attributes.ts';
import { readType, type TypeCode } from './configuration.ts';
import { type AbsoluteTime, readAbsoluteTime } from './mder.ts';
import { ATTRIBUTE } from './nomenclature.ts';
import {
  isExhausted,
  list,
  octetString,
  octets,
  type Reader,
  readerOf,
  u16,
  u32,
} from './reader.ts';
import { type Octets, w16, w32 } from './writer.ts';

/** How one entry of a segment is laid out (PmSegmentEntryMap). */
export type EntryMap = {
  readonly header: number;
  readonly elements: readonly {
    readonly objectClass: number;
    readonly type: TypeCode;
    readonly handle: number;
    readonly values: ValueMap;
  }[];
};

export type Segment = {
  readonly instance: number;
  /** Entries held; null: not told. */
  readonly entries: number | null;
  readonly person: number | null;
  readonly map: EntryMap | null;
};

const HEADER_ABSOLUTE = 0x8000;
const HEADER_RELATIVE = 0x4000;
const HEADER_HIGH_RESOLUTION = 0x2000;

/** SegmentInfoList: the answer to action 0C0D. */
export function readSegments(info: Uint8Array): Segment[] | null {
  const reader = readerOf(info);
  const segments = list(reader, (inner) => {
    const instance = u16(inner);
    const attributes = readAttributes(inner);
    return {
      instance,
      entries: attributeValue(attributes, ATTRIBUTE.segmentUsage, u32),
      person: attributeValue(attributes, ATTRIBUTE.segmentPerson, u16),
      map: attributeValue(attributes, ATTRIBUTE.segmentMap, readEntryMap),
    };
  });
  return isExhausted(reader) ? segments : null;
}

function readEntryMap(reader: Reader): EntryMap {
  const header = u16(reader);
  const elements = list(reader, (inner) => ({
    objectClass: u16(inner),
    type: readType(inner),
    handle: u16(inner),
    values: readValueMap(inner),
  }));
  return { header, elements };
}

/** SegmEvtStatus. */
export const SEGMENT_STATUS = {
  first: 0x8000,
  last: 0x4000,
  agentAbort: 0x0800,
  managerConfirm: 0x0080,
  managerAbort: 0x0008,
} as const;

export type SegmentData = {
  readonly instance: number;
  /** Index of the first entry within the segment. */
  readonly first: number;
  readonly count: number;
  readonly status: number;
  readonly entries: Uint8Array;
};

/** SegmentDataEvent: what event 0D21 carries. */
export function readSegmentData(info: Uint8Array): SegmentData | null {
  const reader = readerOf(info);
  const data = {
    instance: u16(reader),
    first: u32(reader),
    count: u32(reader),
    status: u16(reader),
    entries: octetString(reader),
  };
  return isExhausted(reader) ? data : null;
}

/** The manager's answer names the same entries. @param status managerConfirm or managerAbort. */
export function segmentDataResult(data: SegmentData, status: number): Octets {
  return [...w16(data.instance), ...w32(data.first), ...w32(data.count), ...w16(status)];
}

export type Entry = {
  readonly time: AbsoluteTime | null;
  readonly elements: readonly {
    readonly handle: number;
    readonly type: TypeCode;
    readonly attributes: readonly Attribute[];
  }[];
};

/** @returns null where the bytes are not `count` entries of that layout. */
export function readEntries(bytes: Uint8Array, count: number, map: EntryMap): Entry[] | null {
  const size = entryBytes(map);
  if (size === 0 || size * count !== bytes.length) {
    return null;
  }
  const reader = readerOf(bytes);
  return Array.from({ length: count }, () => readEntry(reader, map));
}

function readEntry(reader: Reader, map: EntryMap): Entry {
  const time = map.header & HEADER_ABSOLUTE ? readAbsoluteTime(reader) : null;
  octets(reader, headerBytes(map.header & ~HEADER_ABSOLUTE));
  const elements = map.elements.map(({ handle, type, values }) => {
    const bytes = octets(reader, mapBytes(values));
    return { handle, type, attributes: unfold(bytes, values) ?? [] };
  });
  return { time, elements };
}

function headerBytes(header: number): number {
  return (
    (header & HEADER_ABSOLUTE ? 8 : 0) +
    (header & HEADER_RELATIVE ? 4 : 0) +
    (header & HEADER_HIGH_RESOLUTION ? 8 : 0)
  );
}

function entryBytes(map: EntryMap): number {
  return map.elements.reduce((sum, { values }) => sum + mapBytes(values), headerBytes(map.header));
}
