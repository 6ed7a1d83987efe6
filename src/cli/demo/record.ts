import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Result } from '../../contracts/faults.ts';
import { type RecordingReport, verifyRecording } from '../../devices/cliSupport.ts';
import { openStoreReadOnly } from '../../main/store/maintenance.ts';
import { unwrapWith } from '../../main/store/unwrap.ts';
import type { Unwrap } from '../../record/sealed/types.ts';
import { secretOf } from '../store/secret.ts';

/** Opens the keys of a cart's recordings beside the cart. @throws Error with the fault's code. */
export async function recordingKeys(dataDir: string): Promise<Unwrap> {
  const found = await secretOf(dataDir, null);
  const { secret, close } = must(found);
  const opened = await openStoreReadOnly({
    folder: dataDir,
    secret,
    nativeBinding: null,
    now: Date.now,
    random: randomBytes,
  });
  await close();
  const store = must(opened);
  try {
    return unwrapWith(store.fileKeys);
  } finally {
    store.close();
  }
}

/** The only recording of a cart that opened no act. @throws Error with the fault's code. */
export function onlyRecording(dataDir: string): string {
  const folder = path.join(dataDir, 'recordings');
  const [file, ...more] = readdirSync(folder).filter((name) => name.endsWith('.sealed'));
  if (file === undefined || more.length > 0) {
    throw new Error(`enregistrements / recordings: ${more.length + (file === undefined ? 0 : 1)}`);
  }
  return path.join(folder, file);
}

export async function verifyOnlyRecording(
  dataDir: string,
  unwrap: Unwrap,
): Promise<RecordingReport> {
  return must(await verifyRecording(onlyRecording(dataDir), unwrap));
}

function must<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.params ?? {})}`);
  }
  return result.value;
}
