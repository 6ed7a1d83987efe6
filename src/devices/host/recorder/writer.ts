import { type Fault, type FaultCode, fault } from '../../../contracts/faults.ts';
import type { HostTime } from '../../_sdk/time.ts';

/** At most so much may be lost to a power cut; a killed process loses nothing that was written. */
const SYNC_EVERY_MS = 1_000;
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
  /** Resolves when what was appended before is written, or when the disk refuses. */
  settled(): Promise<void>;
  /** Writes and syncs the rest. @returns the fault that kept something from the disk. */
  close(): Promise<Fault | null>;
};

type Options = {
  readonly file: WritableFile;
  readonly startAt: number;
  readonly time: HostTime;
  /** A fault when the disk refuses, null when it takes again. */
  readonly onFault: (fault: Fault | null) => void;
};

/**
 * One queue, one write at a time, each taking all that waits. Writes name their position instead of
 * appending, so that a write cut short by a full disk is repeated over itself and leaves no scrap.
 */
export function createRecordWriter({ file, startAt, time, onFault }: Options): RecordWriter {
  let pending: Uint8Array[] = [];
  let acceptedTo = startAt;
  let writtenTo = startAt;
  let syncedTo = startAt;
  let blocked: Fault | null = null;
  let closing = false;
  let working: Promise<void> | null = null;
  let cancelSync: (() => void) | null = null;
  let cancelRetry: (() => void) | null = null;

  async function writeBatch(): Promise<boolean> {
    const batch = takeBatch();
    const bytes = batch.reduce((sum, record) => sum + record.length, 0);
    const error = await writeAll(file, batch, writtenTo);
    if (error === null) {
      writtenTo += bytes;
      clearFault();
      return true;
    }
    pending = [...batch, ...pending];
    report(error);
    return false;
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
      cancelRetry = time.after(RETRY_MS, () => {
        cancelRetry = null;
        work();
      });
    }
  }

  function work(): void {
    if (working !== null || cancelRetry !== null || pending.length === 0) {
      return;
    }
    working = drain().then((written) => {
      working = null;
      if (written) {
        // Something may have been appended between the last look and now.
        work();
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

  async function sync(): Promise<void> {
    const upTo = writtenTo;
    if (upTo === syncedTo) {
      return;
    }
    try {
      await file.datasync();
      syncedTo = upTo;
    } catch {
      if (!closing) {
        report('RECORDING_WRITE_FAILED');
      }
    }
  }

  return {
    append: (record) => {
      const offset = acceptedTo;
      acceptedTo += record.length;
      pending.push(record);
      work();
      return offset;
    },
    pendingBytes: () => acceptedTo - writtenTo,
    writtenTo: () => writtenTo,
    settled: async () => {
      while (working !== null) {
        await working;
      }
    },
    close: async () => {
      closing = true;
      cancelRetry?.();
      cancelRetry = null;
      cancelSync?.();
      work();
      while (working !== null) {
        await working;
      }
      await sync();
      await file.close();
      return pending.length > 0 ? blocked : null;
    },
  };
}

/** @returns null when every byte is in the file. */
async function writeAll(
  file: WritableFile,
  records: readonly Uint8Array[],
  position: number,
): Promise<FaultCode | null> {
  let rest = [...records];
  let at = position;
  while (rest.length > 0) {
    try {
      const { bytesWritten } = await file.writev(rest, at);
      if (bytesWritten === 0) {
        return 'RECORDING_WRITE_FAILED';
      }
      at += bytesWritten;
      rest = withoutFirst(rest, bytesWritten);
    } catch (error) {
      return isDiskFull(error) ? 'RECORDING_DISK_FULL' : 'RECORDING_WRITE_FAILED';
    }
  }
  return null;
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

function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
