import { type ParsedRecord, parseRecord, RECORD_HEADER_BYTES, type RecordKind } from './format.ts';
import { createWindow, type Readable, type Window } from './window.ts';

const READ_BYTES = 1024 * 1024;

export type ScannedRecord = {
  readonly kind: RecordKind;
  /** Valid until the next record is asked for. */
  readonly payload: Uint8Array;
  readonly offset: number;
  readonly bytes: number;
};

/** How a scan ended, filled in when its iteration is over. */
export type ScanEnd = {
  /** Position after the last good record: where appending may go on. */
  goodEnd: number;
  /** Runs of damaged bytes that good records follow. */
  damagedRuns: number;
  damagedBytes: number;
};

export function newScanEnd(): ScanEnd {
  return { goodEnd: 0, damagedRuns: 0, damagedBytes: 0 };
}

/**
 * Reads records in order, holding about one megabyte. Damage is stepped over to the next record whose
 * checksum is right; what follows the last good record is the torn tail (see `end.goodEnd`).
 */
export async function* scanRecords(
  source: Readable,
  from: number,
  to: number,
  end: ScanEnd,
): AsyncGenerator<ScannedRecord> {
  const window = createWindow(source, to, READ_BYTES);
  let at = from;
  end.goodEnd = from;
  while (at < to) {
    const parsed = await parseAt(window, at);
    if (parsed.status === 'record') {
      if (at > end.goodEnd) {
        end.damagedRuns++;
        end.damagedBytes += at - end.goodEnd;
      }
      end.goodEnd = at + parsed.bytes;
      yield { kind: parsed.kind, payload: parsed.payload, offset: at, bytes: parsed.bytes };
      at += parsed.bytes;
    } else {
      at = await nextPlausible(window, at, parsed);
    }
  }
}

/** The kind stands so far after a record's first byte, and is never zero. */
const KIND_AT = 4;

/**
 * A damaged payload leaves its length to trust; a damaged header leaves only searching. Zeros (a hole
 * that a sealed file reads as, or a disk's) are stepped over in one go.
 */
async function nextPlausible(window: Window, at: number, parsed: ParsedRecord): Promise<number> {
  if (parsed.status === 'damaged' && parsed.skip !== null) {
    const after = await parseAt(window, at + parsed.skip);
    if (after.status === 'record') {
      return at + parsed.skip;
    }
  }
  const held = await window.bytesAt(at, RECORD_HEADER_BYTES);
  const zeros = held.findIndex((byte) => byte !== 0);
  return at + Math.max(1, (zeros < 0 ? held.length : zeros) - KIND_AT);
}

async function parseAt(window: Window, at: number): Promise<ParsedRecord> {
  const parsed = parseRecord(await window.bytesAt(at, RECORD_HEADER_BYTES));
  return parsed.status === 'incomplete'
    ? parseRecord(await window.bytesAt(at, parsed.needed))
    : parsed;
}
