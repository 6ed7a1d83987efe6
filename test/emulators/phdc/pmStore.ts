import { absoluteTime, join, list, octets, text, u16, u32 } from './mder.ts';
import { ATTR, CLASS } from './nomenclature.ts';
import { type Attribute, attributeList, type ConfigObject, typeCode, valueMap } from './objects.ts';

/** Persistent store of IEEE 11073-20601, 6.3.7 and 6.3.8: segments of entries of the same layout. */
export type PmEntry = { readonly clockMs: number; readonly values: Uint8Array };

/** Which object an element of each entry belongs to, and which attributes it holds. */
export type SegmentElement = {
  readonly class: number;
  readonly type: number;
  readonly partition?: number;
  readonly handle: number;
  readonly map: readonly (readonly [id: number, length: number])[];
};

export type PmSegment = {
  readonly instance: number;
  readonly label: string;
  readonly elements: readonly SegmentElement[];
  readonly entries: readonly PmEntry[];
};

export type PmStore = {
  readonly handle: number;
  readonly segments: readonly PmSegment[];
  /** How many entries an event carries at most. */
  readonly entriesPerEvent: number;
};

/** Entry header: absolute time. */
const ENTRY_ABSOLUTE_TIME = 0x8000;
export const SEGMENT_STATUS = {
  first: 0x8000,
  last: 0x4000,
  agentAbort: 0x0800,
  managerConfirm: 0x0080,
  managerAbort: 0x0008,
} as const;
/** TrigSegmXferRsp. */
export const TRIGGER_RESULT = { accepted: 0, noSuchSegment: 1, tryLater: 2, empty: 3 } as const;
const CLEAR_TIMEOUT = 3 * 8000;
const TRANSFER_TIMEOUT = 10 * 8000;

export function storeAttributes(store: PmStore): Attribute[] {
  const stored = store.segments.reduce((sum, segment) => sum + segment.entries.length, 0);
  return [
    // Segments may be cleared by list; entries are episodic.
    { id: ATTR.pmStoreCapability, value: u16(0x0900) },
    { id: ATTR.storeSampleAlgorithm, value: u16(0) },
    { id: ATTR.storeCapacityCount, value: u32(1000) },
    { id: ATTR.storeUsageCount, value: u32(stored) },
    { id: ATTR.operationalState, value: u16(1) },
    { id: ATTR.numberOfSegments, value: u16(store.segments.length) },
    { id: ATTR.clearTimeout, value: u32(CLEAR_TIMEOUT) },
  ];
}

export function storeObject(store: PmStore): ConfigObject {
  return { class: CLASS.pmStore, handle: store.handle, attributes: storeAttributes(store) };
}

function entryMap(segment: PmSegment): Uint8Array {
  const elements = segment.elements.map((one) =>
    join(u16(one.class), typeCode(one.type, one.partition), u16(one.handle), valueMap(one.map)),
  );
  return join(u16(ENTRY_ABSOLUTE_TIME), list(elements));
}

function segmentAttributes(segment: PmSegment): Attribute[] {
  const { entries } = segment;
  const [first, last] = [entries[0], entries.at(-1)];
  const times =
    first === undefined || last === undefined
      ? []
      : [
          { id: ATTR.startSegment, value: absoluteTime(first.clockMs) },
          { id: ATTR.endSegment, value: absoluteTime(last.clockMs) },
        ];
  return [
    { id: ATTR.instanceNumber, value: u16(segment.instance) },
    { id: ATTR.segmentEntryMap, value: entryMap(segment) },
    { id: ATTR.operationalState, value: u16(0) },
    { id: ATTR.segmentLabel, value: octets(text(segment.label)) },
    { id: ATTR.segmentUsageCount, value: u32(entries.length) },
    ...times,
    { id: ATTR.transferTimeout, value: u32(TRANSFER_TIMEOUT) },
  ];
}

/** SegmentInfoList of the segments asked for; undefined asks for all. */
export function segmentInfo(store: PmStore, wanted: readonly number[] | undefined): Uint8Array {
  const segments = store.segments.filter((one) => wanted?.includes(one.instance) ?? true);
  return list(
    segments.map((one) => join(u16(one.instance), attributeList(segmentAttributes(one)))),
  );
}

/** One event of a transfer, and what the manager has to repeat to confirm it. */
export type SegmentEvent = {
  readonly instance: number;
  readonly first: number;
  readonly count: number;
  readonly isLast: boolean;
  readonly info: Uint8Array;
};

/** Event `index` of the transfer of a segment; undefined behind the last. */
export function segmentEvent(
  segment: PmSegment,
  index: number,
  perEvent: number,
): SegmentEvent | undefined {
  const first = index * perEvent;
  const entries = segment.entries.slice(first, first + perEvent);
  if (entries.length === 0) return undefined;
  const isLast = first + entries.length === segment.entries.length;
  const status = (first === 0 ? SEGMENT_STATUS.first : 0) | (isLast ? SEGMENT_STATUS.last : 0);
  const bytes = entries.map((one) => join(absoluteTime(one.clockMs), one.values));
  const description = join(u16(segment.instance), u32(first, entries.length), u16(status));
  const info = join(description, octets(join(...bytes)));
  return { instance: segment.instance, first, count: entries.length, isLast, info };
}
