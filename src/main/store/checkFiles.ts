import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Result } from '../../contracts/faults.ts';
import { openSealed } from '../../record/sealed/openSealed.ts';
import { SealedDamageError, streamSealed } from '../../record/sealed/sealedFile.ts';
import type { SealedReader, Unwrap } from '../../record/sealed/types.ts';
import { verifyRecording } from '../../record/verify.ts';
import type { Connection } from './types.ts';

/** A sealed file that a row names and that does not open whole. */
export type FileTrouble = {
  readonly folder: 'captures' | 'recordings';
  /** Below that folder. */
  readonly name: string;
  /**
   * missing: it is not there. damaged: its bytes are not those that were sealed. noKey: its key is not
   * in this store. unfinished: a recording that nobody ended; what it has is whole.
   */
  readonly trouble: 'missing' | 'damaged' | 'noKey' | 'unfinished';
};

type Verdict = FileTrouble['trouble'] | null;

/**
 * Reads every file that a row names to its end; those that were purged are not looked for.
 *
 * @param folder Chariot's data folder.
 */
export async function checkFiles(
  db: Connection,
  folder: string,
  unwrap: Unwrap,
): Promise<{ readonly checked: number; readonly troubles: readonly FileTrouble[] }> {
  const troubles: FileTrouble[] = [];
  const captures = capturedFiles(db);
  const recordings = recordedFiles(db);
  for (const { name, sha256 } of captures) {
    const trouble = await checkCapture(path.join(folder, 'captures', name), sha256, unwrap);
    if (trouble !== null) {
      troubles.push({ folder: 'captures', name, trouble });
    }
  }
  for (const name of recordings) {
    const trouble = await checkRecording(path.join(folder, 'recordings', name), unwrap);
    if (trouble !== null) {
      troubles.push({ folder: 'recordings', name, trouble });
    }
  }
  return { checked: captures.length + recordings.length, troubles };
}

function capturedFiles(db: Connection): { name: string; sha256: string }[] {
  return db
    .prepare<[], { name: string; sha256: string }>(
      `SELECT file_name AS name, min(record ->> '$.file.sha256') AS sha256 FROM captures
       WHERE file_name IS NOT NULL AND purged_at IS NULL GROUP BY file_name ORDER BY file_name`,
    )
    .all();
}

function recordedFiles(db: Connection): string[] {
  const sql = 'SELECT file_name FROM recordings WHERE purged_at IS NULL ORDER BY file_name';
  return db.prepare<[], string>(sql).pluck().all();
}

async function checkCapture(file: string, sha256: string, unwrap: Unwrap): Promise<Verdict> {
  const opened = await openSealed(file, unwrap);
  if (!opened.ok) {
    return verdictOn(opened);
  }
  const reader = opened.value;
  try {
    return reader.closed && (await hashOf(reader)) === sha256 ? null : 'damaged';
  } finally {
    await reader.close();
  }
}

/** null: a piece of it is damaged. */
async function hashOf(reader: SealedReader): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const piece of streamSealed(reader)) {
      hash.update(piece);
    }
  } catch (error) {
    if (error instanceof SealedDamageError) {
      return null;
    }
    throw error;
  }
  return hash.digest('hex');
}

async function checkRecording(file: string, unwrap: Unwrap): Promise<Verdict> {
  const report = await verifyRecording(file, unwrap);
  if (!report.ok) {
    return verdictOn(report);
  }
  const { closed, damagedRuns, malformedRecords, tornBytes } = report.value;
  if (damagedRuns > 0 || malformedRecords > 0 || (closed !== false && tornBytes > 0)) {
    return 'damaged';
  }
  return closed === false ? 'unfinished' : null;
}

function verdictOn({ fault }: Extract<Result<unknown>, { ok: false }>): FileTrouble['trouble'] {
  if (fault.code === 'RECORDING_NOT_FOUND') {
    return 'missing';
  }
  return fault.code === 'SEALED_NO_KEY' ? 'noKey' : 'damaged';
}
