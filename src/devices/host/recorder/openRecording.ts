import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { failed, ok, type Result } from '../../../contracts/faults.ts';
import type { SampleBlock } from '../../../contracts/sampleBlock.ts';
import { type BlockIndex, createBlockIndex } from '../../../record/blockIndex.ts';
import {
  encodeJsonRecord,
  encodePreamble,
  PREAMBLE_BYTES,
  RECORD_KIND,
} from '../../../record/format.ts';
import { type RecordingEnd, type RecordingHeader, readRecords } from '../../../record/reader.ts';
import { encodeHeader } from '../../../record/sealed/header.ts';
import { syncFolder } from '../../../record/sealed/syncFolder.ts';
import type { OpenKey, Pin, Random, SealedReader } from '../../../record/sealed/types.ts';
import { openSource, type RecordingSource } from '../../../record/source.ts';
import { createTally, type EpochTally } from '../../../record/tally.ts';
import { type RecordingFile, resumeSealed, startSealed, unsealed } from './recordingFile.ts';

/** Where a stream was when its recording ended. */
export type StreamMark = {
  readonly streamId: number;
  readonly epoch: number;
  readonly lastHostTimeNs: bigint;
};

export type OpenedRecording = RecordingFile & {
  /** Plain offset at which the next record goes. */
  readonly endsAt: number;
  /** The file held records before. */
  readonly resumed: boolean;
  readonly cutBytes: number;
  /** Already in the file. */
  readonly blocks: number;
  readonly index: BlockIndex;
  readonly streams: readonly StreamMark[];
  /** Opens it to read what was written. */
  readonly source: () => Promise<Result<RecordingSource>>;
};

/** Read what a file is larger than in a moment: a file's start that a power cut left as zeros. */
const MAX_START_BYTES = 64 * 1024;

/**
 * Opens a recording to append to it, and makes it when it is not there. A torn tail is cut; nothing
 * before it is touched. With a key the file is sealed, without one it is plain: what is there must be
 * the same. Fails with RECORDING_NOT_A_RECORDING (also for another recording's file), SEALED_DAMAGED,
 * RECORDING_DISK_FULL or RECORDING_WRITE_FAILED.
 */
export async function openRecording(
  file: string,
  header: RecordingHeader,
  key: OpenKey | null = null,
  random: Random = randomBytes,
): Promise<Result<OpenedRecording>> {
  const how: How = { file, header, key, random };
  try {
    const handle = await open(file, 'r+').catch(onlyIfMissing);
    if (handle === null || (await isEmptyStart(handle, key))) {
      return ok(await create(how, handle, 0));
    }
    const resumed = await resume(how, handle);
    if (!resumed.ok) {
      await handle.close();
    }
    return resumed;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return failed(code === 'ENOSPC' ? 'RECORDING_DISK_FULL' : 'RECORDING_WRITE_FAILED', { code });
  }
}

type How = {
  readonly file: string;
  readonly header: RecordingHeader;
  readonly key: OpenKey | null;
  readonly random: Random;
};

function onlyIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') {
    return null;
  }
  throw error;
}

/** A crash while the file was being made may leave less than its start, a power cut zeros of it. */
async function isEmptyStart(handle: FileHandle, key: OpenKey | null): Promise<boolean> {
  const { size } = await handle.stat();
  if (size > MAX_START_BYTES) {
    return false;
  }
  const bytes = new Uint8Array(size);
  await handle.read(bytes, 0, size, 0);
  const expected = key === null ? encodePreamble() : encodeHeader(key.header);
  const isTorn = size < expected.length && bytes.every((byte, at) => byte === expected[at]);
  return isTorn || bytes.every((byte) => byte === 0);
}

async function create(
  { file, header, key, random }: How,
  existing: FileHandle | null,
  cutBytes: number,
): Promise<OpenedRecording> {
  // 'wx': a file that appeared meanwhile is not overwritten. 0600: a record is nobody else's.
  const handle = existing ?? (await open(file, 'wx', 0o600));
  await handle.truncate(0);
  const recording = key === null ? unsealed(handle) : await startSealed(handle, key, random);
  const first = [encodePreamble(), encodeJsonRecord(RECORD_KIND.header, header)];
  const { bytesWritten } = await recording.handle.writev(first, 0);
  await recording.handle.datasync();
  await syncFolder(path.dirname(file));
  return {
    ...recording,
    endsAt: bytesWritten,
    resumed: false,
    cutBytes,
    blocks: 0,
    index: createBlockIndex(),
    streams: [],
    source: () => openSource(file, () => key?.key ?? null),
  };
}

async function resume(how: How, handle: FileHandle): Promise<Result<OpenedRecording>> {
  const { file, key } = how;
  const source = () => openSource(file, (found) => ownKey(key, found.fileId));
  const opened = await source();
  if (!opened.ok) {
    const isOther = opened.fault.code === 'SEALED_NO_KEY';
    return isOther ? failed('RECORDING_NOT_A_RECORDING') : opened;
  }
  const { plain, sealed } = opened.value;
  try {
    return (sealed === null) === (key === null)
      ? await resumeSource(how, handle, opened.value, source)
      : failed('RECORDING_NOT_A_RECORDING');
  } finally {
    await plain.close();
  }
}

function ownKey(key: OpenKey | null, fileId: string): Uint8Array | null {
  return key !== null && key.header.fileId === fileId ? key.key : null;
}

async function resumeSource(
  how: How,
  handle: FileHandle,
  { plain, sealed }: RecordingSource,
  source: OpenedRecording['source'],
): Promise<Result<OpenedRecording>> {
  const { recordingId } = how.header;
  const found = createFindings();
  const end = await readRecords(plain, found.visitor);
  if (!end.ok) {
    return end;
  }
  if (found.recordingId() !== null && found.recordingId() !== recordingId) {
    return failed('RECORDING_NOT_A_RECORDING', { recordingId });
  }
  const cutBytes = end.value.tornBytes + (sealed?.tornBytes ?? 0);
  if (end.value.goodEnd <= PREAMBLE_BYTES) {
    return ok(await create(how, handle, cutBytes));
  }
  const tally = found.tally.epochs();
  return ok({
    ...(await goOn(how, handle, sealed, end.value, found.pins)),
    resumed: true,
    cutBytes,
    blocks: tally.reduce((sum, epoch) => sum + epoch.blocks, 0),
    index: found.index,
    streams: latestOf(tally),
    source,
  });
}

async function goOn(
  { key, random }: How,
  handle: FileHandle,
  sealed: SealedReader | null,
  end: RecordingEnd,
  pins: readonly Pin[],
): Promise<RecordingFile & { endsAt: number }> {
  if (sealed !== null && key !== null) {
    const recording = await resumeSealed(handle, key, random, sealed, pins);
    return { ...recording, endsAt: sealed.end.plainAt };
  }
  if (end.tornBytes > 0) {
    await handle.truncate(end.goodEnd);
    await handle.datasync();
  }
  return { ...unsealed(handle), endsAt: end.goodEnd };
}

function createFindings() {
  const index = createBlockIndex();
  const tally = createTally();
  const pins: Pin[] = [];
  let foundId: string | null = null;
  return {
    index,
    tally,
    pins,
    recordingId: (): string | null => foundId,
    visitor: {
      onHeader: (found: RecordingHeader) => {
        foundId ??= found.recordingId;
      },
      onDescriptor: ({ streamId }: { readonly streamId: number }, offset: number) => {
        pins.push({ tag: streamId, offset });
      },
      onBlock: (block: SampleBlock, _bytes: Uint8Array, offset: number) => {
        index.add(block, offset);
        tally.add(block);
      },
    },
  };
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
