import type { FileHandle } from 'node:fs/promises';
import { type ParsedRecord, parseRecord, RECORD_HEADER_BYTES, type RecordKind } from './format.ts';

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
  handle: FileHandle,
  from: number,
  to: number,
  end: ScanEnd,
): AsyncGenerator<ScannedRecord> {
  const window = createWindow(handle, to);
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

/** A damaged payload leaves its length to trust; a damaged header leaves only searching. */
async function nextPlausible(window: Window, at: number, parsed: ParsedRecord): Promise<number> {
  if (parsed.status === 'damaged' && parsed.skip !== null) {
    const after = await parseAt(window, at + parsed.skip);
    if (after.status === 'record') {
      return at + parsed.skip;
    }
  }
  return at + 1;
}

async function parseAt(window: Window, at: number): Promise<ParsedRecord> {
  const parsed = parseRecord(await window.bytesAt(at, RECORD_HEADER_BYTES));
  return parsed.status === 'incomplete'
    ? parseRecord(await window.bytesAt(at, parsed.needed))
    : parsed;
}

type Window = {
  /** @returns everything held from `offset`: at least `length` bytes where the file has them. */
  bytesAt(offset: number, length: number): Promise<Uint8Array>;
};

function createWindow(handle: FileHandle, limit: number): Window {
  let held: Uint8Array = new Uint8Array(0);
  let heldFrom = 0;
  return {
    bytesAt: async (offset, length) => {
      const wanted = Math.max(0, Math.min(length, limit - offset));
      if (offset < heldFrom || offset + wanted > heldFrom + held.length) {
        const size = Math.max(0, Math.min(Math.max(length, READ_BYTES), limit - offset));
        const buffer = new Uint8Array(size);
        const { bytesRead } = await handle.read(buffer, 0, size, offset);
        held = buffer.subarray(0, bytesRead);
        heldFrom = offset;
      }
      return held.subarray(offset - heldFrom);
    },
  };
}
