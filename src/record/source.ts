import { type FileHandle, open } from 'node:fs/promises';
import { failed, ok, type Result } from '../contracts/faults.ts';
import { isPreamble, PREAMBLE_BYTES } from './format.ts';
import { startsSealed } from './sealed/header.ts';
import { openSealed } from './sealed/openSealed.ts';
import type { PlainReader, SealedReader, Unwrap } from './sealed/types.ts';

/** For files that are not sealed: of a sealed one it says that its key is not here. */
export const NO_KEYS: Unwrap = () => null;

/** A recording's plain bytes, whichever form it has on the disk. */
export type RecordingSource = {
  readonly plain: PlainReader;
  /** null: the file is not sealed. */
  readonly sealed: SealedReader | null;
};

/**
 * Tells the two forms apart by their magic. Fails with RECORDING_NOT_FOUND, RECORDING_NOT_A_RECORDING,
 * or as `openSealed` does.
 */
export async function openSource(
  file: string,
  unwrap: Unwrap = NO_KEYS,
): Promise<Result<RecordingSource>> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) {
    return failed('RECORDING_NOT_FOUND', { file });
  }
  const start = new Uint8Array(PREAMBLE_BYTES);
  const { bytesRead } = await handle.read(start, 0, start.length, 0);
  if (isPreamble(start.subarray(0, bytesRead))) {
    const { size } = await handle.stat();
    return ok({ plain: plainReader(handle, size), sealed: null });
  }
  await handle.close();
  if (!startsSealed(start)) {
    return failed('RECORDING_NOT_A_RECORDING', { file });
  }
  const sealed = await openSealed(file, unwrap);
  return sealed.ok ? ok({ plain: sealed.value, sealed: sealed.value }) : sealed;
}

function plainReader(handle: FileHandle, size: number): PlainReader {
  return {
    size,
    read: async (buffer, offset, length, position) => {
      const { bytesRead } = await handle.read(buffer, offset, length, position);
      return { bytesRead, holeBytes: 0 };
    },
    close: () => handle.close(),
  };
}
