import { readFileSync } from 'node:fs';

/** What a process did below the folder; paths are relative to it, '' is the folder itself. */
export type DiskEvent = {
  /** Place in the journal: the order of things. */
  readonly at: number;
  readonly inode: bigint;
} & (
  | { readonly kind: 'entry' | 'create'; readonly path: string; readonly folder: boolean }
  | { readonly kind: 'write'; readonly offset: number; readonly data: Uint8Array }
  | { readonly kind: 'truncate' | 'extend'; readonly size: number }
  /** Keeps what stands before place `began`. */
  | { readonly kind: 'sync'; readonly began: number }
  | { readonly kind: 'link' | 'unlink'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
);

/** sizeof(struct record) in disk.h. */
const HEAD_BYTES = 24;

/** A torn last record is not there: the process was killed while it was written. */
export function readJournal(file: string): DiskEvent[] {
  const bytes = readFileSync(file);
  const events: DiskEvent[] = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const end = at + HEAD_BYTES + bytes.readUInt32LE(at + 4);
    if (end > bytes.length) break;
    events.push(readEvent(bytes.subarray(at, end), at));
    at = end;
  }
  return events;
}

function readEvent(record: Buffer, at: number): DiskEvent {
  const inode = record.readBigUInt64LE(8);
  const number = Number(record.readBigUInt64LE(16));
  const payload = record.subarray(HEAD_BYTES);
  const path = () => payload.toString('utf8');
  const operation = record.readUInt32LE(0);
  switch (operation) {
    case 1:
    case 2:
      return {
        at,
        inode,
        kind: operation === 1 ? 'entry' : 'create',
        path: path(),
        folder: number === 1,
      };
    case 3:
      return { at, inode, kind: 'write', offset: number, data: payload };
    case 4:
    case 5:
      return { at, inode, kind: operation === 4 ? 'truncate' : 'extend', size: number };
    case 6:
      return { at, inode, kind: 'sync', began: number };
    case 7:
    case 9:
      return { at, inode, kind: operation === 7 ? 'link' : 'unlink', path: path() };
    case 8: {
      const [from = '', to = ''] = path().split('\0');
      return { at, inode, kind: 'rename', from, to };
    }
    default:
      throw new Error(`the journal holds an operation ${operation} at ${at}`);
  }
}
