import { type FileHandle, open } from 'node:fs/promises';
import { failed, ok, type Result } from '../../../contracts/faults.ts';
import { type BlockIndex, createBlockIndex } from './blockIndex.ts';
import { encodeJsonRecord, encodePreamble, PREAMBLE_BYTES, RECORD_KIND } from './format.ts';
import { type RecordingHeader, readRecording } from './reader.ts';
import { createTally, type EpochTally } from './tally.ts';
import type { WritableFile } from './writer.ts';

/** Where a stream was when its recording ended. */
export type StreamMark = {
  readonly streamId: number;
  readonly epoch: number;
  readonly lastHostTimeNs: bigint;
};

export type OpenedRecording = {
  readonly handle: WritableFile;
  /** Where the next record goes. */
  readonly endsAt: number;
  /** The file held records before. */
  readonly resumed: boolean;
  readonly cutBytes: number;
  /** Already in the file. */
  readonly blocks: number;
  readonly index: BlockIndex;
  readonly streams: readonly StreamMark[];
};

/**
 * Opens a recording to append to it, and makes it when it is not there. A torn tail is cut; nothing
 * before it is touched. Fails with RECORDING_NOT_A_RECORDING (also for another recording's file) or
 * RECORDING_WRITE_FAILED.
 */
export async function openRecording(
  file: string,
  header: RecordingHeader,
): Promise<Result<OpenedRecording>> {
  try {
    const handle = await open(file, 'r+').catch(onlyIfMissing);
    if (handle === null || (await isEmptyStart(handle))) {
      return ok(await create(file, handle, header));
    }
    const resumed = await resume(file, handle, header);
    if (!resumed.ok) {
      await handle.close();
    }
    return resumed;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return failed(code === 'ENOSPC' ? 'RECORDING_DISK_FULL' : 'RECORDING_WRITE_FAILED', { code });
  }
}

function onlyIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') {
    return null;
  }
  throw error;
}

/** A crash while the file was being made may leave less than its preamble. */
async function isEmptyStart(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size >= PREAMBLE_BYTES) {
    return false;
  }
  const start = new Uint8Array(size);
  await handle.read(start, 0, size, 0);
  const expected = encodePreamble();
  return start.every((byte, index) => byte === expected[index]);
}

async function create(
  file: string,
  existing: FileHandle | null,
  header: RecordingHeader,
): Promise<OpenedRecording> {
  // 'wx': a file that appeared meanwhile is not overwritten. 0600: a record is nobody else's.
  const handle = existing ?? (await open(file, 'wx', 0o600));
  const first = [encodePreamble(), encodeJsonRecord(RECORD_KIND.header, header)];
  const { bytesWritten } = await handle.writev(first, 0);
  await handle.datasync();
  return {
    handle,
    endsAt: bytesWritten,
    resumed: false,
    cutBytes: 0,
    blocks: 0,
    index: createBlockIndex(),
    streams: [],
  };
}

async function resume(
  file: string,
  handle: FileHandle,
  header: RecordingHeader,
): Promise<Result<OpenedRecording>> {
  const { recordingId } = header;
  const index = createBlockIndex();
  const tally = createTally();
  let foundId: string | null = null;
  const end = await readRecording(file, {
    onHeader: (found) => {
      foundId ??= found.recordingId;
    },
    onBlock: (block, _bytes, offset) => {
      index.add(block, offset);
      tally.add(block);
    },
  });
  if (!end.ok) {
    return end;
  }
  if (foundId !== null && foundId !== recordingId) {
    return failed('RECORDING_NOT_A_RECORDING', { recordingId });
  }
  const { goodEnd, tornBytes } = end.value;
  if (goodEnd === PREAMBLE_BYTES) {
    await handle.truncate(0);
    return ok({ ...(await create(file, handle, header)), cutBytes: tornBytes });
  }
  if (tornBytes > 0) {
    await handle.truncate(goodEnd);
    await handle.datasync();
  }
  return ok({
    handle,
    endsAt: goodEnd,
    resumed: true,
    cutBytes: tornBytes,
    blocks: tally.epochs().reduce((sum, epoch) => sum + epoch.blocks, 0),
    index,
    streams: latestOf(tally.epochs()),
  });
}

function latestOf(epochs: readonly EpochTally[]): StreamMark[] {
  const latest = new Map<number, StreamMark>();
  for (const { streamId, epoch, lastHostTimeNs } of epochs) {
    const known = latest.get(streamId);
    if (known === undefined || epoch > known.epoch) {
      latest.set(streamId, { streamId, epoch, lastHostTimeNs });
    }
  }
  return [...latest.values()];
}
