import { type Fault, type FaultCode, fault } from '../../../contracts/faults.ts';
import type { HostTime } from '../../_sdk/time.ts';

/**
 * With what was gathered before and what the sync itself takes on a busy machine, less than a second of
 * signal is lost to a power cut; a killed process loses nothing that was written.
 */
const SYNC_EVERY_MS = 400;
const RETRY_MS = 500;
const MAX_BATCH_BYTES = 1024 * 1024;

/** What a writer does to its file; a FileHandle has this shape. */
export type WritableFile = {
  writev(buffers: Uint8Array[], position: number): Promise<{ bytesWritten: number }>;
  datasync(): Promise<void>;
  close(): Promise<void>;
};

export type RecordWriter = {
  /** @returns the offset at which the record will be. */
  append(record: Uint8Array): number;
  /** Bytes accepted and not yet written. */
  pendingBytes(): number;
  /** Offset up to which the file has been written. */
  writtenTo(): number;
  /** Records that the file does not hold whole. */
  unwritten(): readonly Uint8Array[];
  /** Resolves when what was appended before is written, or when the disk refuses. */
  settled(): Promise<void>;
  /** Tries at once, also where the disk refused before. @returns why something is unwritten. */
  readonly flush: () => Promise<Fault | null>;
  /** Writes and syncs the rest. @returns the fault that kept, or may have kept, something out. */
  readonly close: () => Promise<Fault | null>;
};

type Options = {
  readonly file: WritableFile;
  readonly startAt: number;
  /** So long is gathered before it is written, unless somebody waits for it; 0: nothing is. */
  readonly gatherMs: number;
  readonly time: HostTime;
  /** A fault when the disk refuses, null when it takes again. */
  readonly onFault: (fault: Fault | null) => void;
  /** Something was written: there is room again. */
  readonly onWritten: () => void;
};

/**
 * One queue, one write at a time, each taking all that waits. Writes name their position instead of
 * appending, so that a write cut short by a full disk is repeated over itself and leaves no scrap.
 */
export function createRecordWriter(options: Options): RecordWriter {
  const { file, startAt, gatherMs, time, onFault } = options;
  let pending: Uint8Array[] = [];
  let acceptedTo = startAt;
  let writtenTo = startAt;
  let syncedTo = startAt;
  let blocked: Fault | null = null;
  /** Once a sync failed, nobody knows what of it the disk has: a later one proves nothing of it. */
  let unsynced: Fault | null = null;
  let syncing: Promise<void> = Promise.resolve();
  let closing = false;
  let working: Promise<void> | null = null;
  let cancelSync: (() => void) | null = null;
  let cancelRetry: (() => void) | null = null;
  let cancelGather: (() => void) | null = null;

  async function writeBatch(): Promise<boolean> {
    const batch = takeBatch();
    const { bytes, error } = await writeAll(file, batch, writtenTo);
    const whole = wholeRecords(batch, bytes);
    writtenTo += whole.bytes;
    if (error !== null) {
      pending = [...batch.slice(whole.count), ...pending];
      report(error);
      return false;
    }
    clearFault();
    options.onWritten();
    return true;
  }

  function takeBatch(): Uint8Array[] {
    let bytes = 0;
    let count = 0;
    while (count < pending.length && (count === 0 || bytes < MAX_BATCH_BYTES)) {
      bytes += pending[count]?.length ?? 0;
      count++;
    }
    return pending.splice(0, count);
  }

  function clearFault(): void {
    if (blocked !== null) {
      blocked = null;
      onFault(null);
    }
  }

  function report(code: FaultCode): void {
    if (blocked?.code !== code) {
      blocked = fault(code);
      onFault(blocked);
    }
    if (!closing) {
      cancelRetry ??= time.after(RETRY_MS, () => {
        cancelRetry = null;
        work();
      });
    }
  }

  /** Writes soon: at once where nothing is gathered, or enough was. */
  function workSoon(): void {
    if (gatherMs === 0 || acceptedTo - writtenTo >= MAX_BATCH_BYTES) {
      work();
    } else {
      cancelGather ??= time.after(gatherMs, work);
    }
  }

  function work(): void {
    cancelGather?.();
    cancelGather = null;
    if (working !== null || cancelRetry !== null || pending.length === 0) {
      return;
    }
    working = drain().then((written) => {
      working = null;
      if (written && pending.length > 0) {
        // Something may have been appended between the last look and now.
        workSoon();
      }
    });
  }

  /** @returns false when the disk refused. */
  async function drain(): Promise<boolean> {
    while (pending.length > 0) {
      if (!(await writeBatch())) {
        return false;
      }
      scheduleSync();
    }
    return true;
  }

  function scheduleSync(): void {
    cancelSync ??= time.after(SYNC_EVERY_MS, () => {
      cancelSync = null;
      void sync();
    });
  }

  function sync(): Promise<void> {
    syncing = syncing.then(async () => {
      const upTo = writtenTo;
      if (upTo === syncedTo) {
        return;
      }
      try {
        await file.datasync();
        syncedTo = upTo;
      } catch (error) {
        const code = faultOf(error);
        unsynced ??= fault(code);
        report(code);
      }
    });
    return syncing;
  }

  async function settled(): Promise<void> {
    work();
    while (working !== null) {
      await working;
    }
  }

  async function flush(): Promise<Fault | null> {
    cancelRetry?.();
    cancelRetry = null;
    work();
    await settled();
    return pending.length > 0 ? blocked : null;
  }

  return {
    append: (record) => {
      const offset = acceptedTo;
      acceptedTo += record.length;
      pending.push(record);
      workSoon();
      return offset;
    },
    pendingBytes: () => acceptedTo - writtenTo,
    writtenTo: () => writtenTo,
    unwritten: () => pending,
    settled,
    flush,
    close: async () => {
      closing = true;
      const left = await flush();
      cancelSync?.();
      await sync();
      const notClosed = await file.close().then(
        () => null,
        (error: unknown) => fault(faultOf(error)),
      );
      return left ?? unsynced ?? notClosed;
    },
  };
}

/** @returns how many bytes are in the file; `error` is null when all are. */
async function writeAll(
  file: WritableFile,
  records: readonly Uint8Array[],
  position: number,
): Promise<{ bytes: number; error: FaultCode | null }> {
  let rest = [...records];
  let bytes = 0;
  while (rest.length > 0) {
    try {
      const { bytesWritten } = await file.writev(rest, position + bytes);
      if (bytesWritten === 0) {
        return { bytes, error: 'RECORDING_WRITE_FAILED' };
      }
      bytes += bytesWritten;
      rest = withoutFirst(rest, bytesWritten);
    } catch (error) {
      return { bytes, error: faultOf(error) };
    }
  }
  return { bytes, error: null };
}

function wholeRecords(records: readonly Uint8Array[], written: number) {
  let bytes = 0;
  let count = 0;
  for (const record of records) {
    if (bytes + record.length > written) {
      break;
    }
    bytes += record.length;
    count++;
  }
  return { bytes, count };
}

function withoutFirst(records: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  const rest: Uint8Array[] = [];
  for (const record of records) {
    if (skip >= record.length) {
      skip -= record.length;
    } else {
      rest.push(record.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}

function faultOf(error: unknown): FaultCode {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return full ? 'RECORDING_DISK_FULL' : 'RECORDING_WRITE_FAILED';
}
