import { type Attribute, mapBytes, readAttributes, unfold, type ValueMap } from './attributes.ts';
import type { Configuration } from './configuration.ts';
import type { EventReport } from './data.ts';
import { isExhausted, list, octetString, type Reader, readerOf, u16, u32 } from './reader.ts';

export type ReportLayout = 'fixed' | 'variable' | 'grouped';
type ReportKind = { readonly layout: ReportLayout; readonly persons: boolean };

/** MDC_NOTI_SCAN_REPORT_* of the MDS, MDC_NOTI_(UN)BUF_SCAN_REPORT_* of scanners. */
const REPORTS: ReadonlyMap<number, ReportKind> = new Map([
  [0x0d1d, { layout: 'fixed', persons: false }],
  [0x0d1e, { layout: 'variable', persons: false }],
  [0x0d1f, { layout: 'fixed', persons: true }],
  [0x0d20, { layout: 'variable', persons: true }],
  [0x0d22, { layout: 'variable', persons: false }],
  [0x0d23, { layout: 'fixed', persons: false }],
  [0x0d24, { layout: 'grouped', persons: false }],
  [0x0d25, { layout: 'variable', persons: true }],
  [0x0d26, { layout: 'fixed', persons: true }],
  [0x0d27, { layout: 'grouped', persons: true }],
  [0x0d28, { layout: 'variable', persons: false }],
  [0x0d29, { layout: 'fixed', persons: false }],
  [0x0d2a, { layout: 'grouped', persons: false }],
  [0x0d2b, { layout: 'variable', persons: true }],
  [0x0d2c, { layout: 'fixed', persons: true }],
  [0x0d2d, { layout: 'grouped', persons: true }],
]);

/** What one object told in one report. Handle 0: the agent itself. */
export type Scan = {
  readonly handle: number;
  /** null: the report knows no persons; 0xFFFF: the agent does not know who. */
  readonly person: number | null;
  readonly attributes: readonly Attribute[];
};

export type ScanReport = {
  readonly number: number;
  readonly scans: readonly Scan[];
  /** Observations whose object or layout the configuration does not know. */
  readonly refused: number;
};

type Raw = {
  readonly person: number | null;
  readonly handle: number;
  readonly value: Uint8Array | readonly Attribute[];
};

export function isScanReport(type: number): boolean {
  return REPORTS.has(type);
}

/** @returns null where the report contradicts itself, or is none. */
export function readScanReport(
  event: Pick<EventReport, 'type' | 'handle' | 'info'>,
  configuration: Configuration,
): ScanReport | null {
  const kind = REPORTS.get(event.type);
  if (kind === undefined) {
    return null;
  }
  const reader = readerOf(event.info);
  u16(reader);
  const number = u16(reader);
  const raws = kind.persons
    ? list(reader, (inner) => readPerson(inner, kind.layout)).flat()
    : readBody(reader, kind.layout, null);
  if (!isExhausted(reader)) {
    return null;
  }
  const scans: Scan[] = [];
  let refused = 0;
  for (const raw of raws) {
    const laidOut = layOut(raw, event.handle, configuration);
    refused += laidOut === null ? 1 : 0;
    scans.push(...(laidOut ?? []));
  }
  return { number, scans, refused };
}

function readPerson(reader: Reader, layout: ReportLayout): Raw[] {
  const person = u16(reader);
  return layout === 'grouped'
    ? [{ person, handle: 0, value: octetString(reader) }]
    : readBody(reader, layout, person);
}

function readBody(reader: Reader, layout: ReportLayout, person: number | null): Raw[] {
  return list(reader, (inner) => {
    const handle = layout === 'grouped' ? 0 : u16(inner);
    const value = layout === 'variable' ? readAttributes(inner) : octetString(inner);
    return { person, handle, value };
  });
}

function layOut(raw: Raw, source: number, configuration: Configuration): Scan[] | null {
  const { person, handle, value } = raw;
  if (!(value instanceof Uint8Array)) {
    const known = handle === 0 || configuration.objects.has(handle);
    return known ? [{ handle, person, attributes: value }] : null;
  }
  return handle === 0
    ? layOutGroup(value, person, configuration.objects.get(source)?.scanner?.map ?? null)
    : layOutFixed(value, person, handle, configuration);
}

function layOutFixed(
  value: Uint8Array,
  person: number | null,
  handle: number,
  configuration: Configuration,
): Scan[] | null {
  for (const map of configuration.objects.get(handle)?.valueMaps ?? []) {
    const attributes = unfold(value, map);
    if (attributes !== null) {
      return [{ handle, person, attributes }];
    }
  }
  return null;
}

type ScannerMap = readonly { readonly handle: number; readonly values: ValueMap }[];

/** A grouped report has neither handles nor ids: the scanner's map tells both. */
function layOutGroup(
  value: Uint8Array,
  person: number | null,
  map: ScannerMap | null,
): Scan[] | null {
  const scans: Scan[] = [];
  let at = 0;
  for (const { handle, values } of map ?? []) {
    const length = mapBytes(values);
    const attributes = unfold(value.subarray(at, at + length), values);
    if (attributes === null) {
      return null;
    }
    scans.push({ handle, person, attributes });
    at += length;
  }
  return map !== null && at === value.length ? scans : null;
}

export type DataResponse = {
  readonly time: number;
  readonly result: number;
  readonly type: number;
  readonly info: Uint8Array;
};

/** Answer to a data request (action 0C1B): a report that the manager had asked for. */
export function readDataResponse(info: Uint8Array): DataResponse | null {
  const reader = readerOf(info);
  const response = {
    time: u32(reader),
    result: u16(reader),
    type: u16(reader),
    info: octetString(reader),
  };
  return isExhausted(reader) ? response : null;
}
