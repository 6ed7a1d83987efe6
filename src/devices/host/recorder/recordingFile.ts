import type { FileHandle } from 'node:fs/promises';
import {
  type AppendFrom,
  createAppender,
  NEW_FILE,
  type SealedAppender,
} from '../../../record/sealed/appender.ts';
import { createChunkCipher } from '../../../record/sealed/chunk.ts';
import { encodeHeader } from '../../../record/sealed/header.ts';
import type { OpenKey, Pin, Random, SealedReader, Segment } from '../../../record/sealed/types.ts';
import type { WritableFile } from './writer.ts';

/** A recording's file as its writer sees it: plain offsets, also where it is sealed. */
export type RecordingFile = {
  readonly handle: WritableFile;
  /** What is told about records before they are written; null: the file is not sealed. */
  readonly marks: Pick<SealedAppender, 'label' | 'pin'> | null;
};

export function unsealed(handle: FileHandle): RecordingFile {
  return { handle, marks: null };
}

export async function startSealed(
  handle: FileHandle,
  key: OpenKey,
  random: Random,
): Promise<RecordingFile> {
  await handle.write(encodeHeader(key.header), 0, null, 0);
  return sealedFile(handle, key, random, NEW_FILE);
}

/**
 * Goes on after the last good chunk; what follows it, an end mark too, is cut.
 *
 * @param pins all that the recording has: those that no index chunk holds yet come into the next one.
 */
export async function resumeSealed(
  handle: FileHandle,
  key: OpenKey,
  random: Random,
  reader: SealedReader,
  pins: readonly Pin[],
): Promise<RecordingFile> {
  const start = await appendFrom(reader);
  await handle.truncate(reader.end.at);
  await handle.datasync();
  const file = sealedFile(handle, key, random, start);
  for (const { offset, tag } of pins.filter((pin) => pin.offset >= start.openFrom.plainAt)) {
    file.marks?.pin(offset, tag);
  }
  return file;
}

async function appendFrom({ end, indexes, newestEnd }: SealedReader): Promise<AppendFrom> {
  const segments: Segment[] = [];
  let earlierPinsAt: number | null = null;
  for await (const { own, pins } of indexes()) {
    segments.unshift(own);
    earlierPinsAt ??= pins.length > 0 ? own.at : null;
  }
  return { place: end, openFrom: newestEnd, segments, earlierPinsAt };
}

function sealedFile(
  handle: FileHandle,
  key: OpenKey,
  random: Random,
  start: AppendFrom,
): RecordingFile {
  const cipher = createChunkCipher(key.key, key.header.fileId, random);
  const appender = createAppender(handle, cipher, start);
  return { handle: appender, marks: appender };
}
