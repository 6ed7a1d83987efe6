import { readFileSync } from 'node:fs';
import path from 'node:path';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { hasDatabase, STORE_FOLDER } from '../../main/store/files.ts';
import { readKeyFile } from '../../main/store/keyFile.ts';
import type { StoreSecret } from '../../main/store/types.ts';
import { openSystemKeystore } from '../keystore/systemKeystore.ts';
import { UsageError } from '../usage.ts';

export type Secret = { readonly secret: StoreSecret; readonly close: () => Promise<void> };

export const PASSPHRASE_VARIABLE = 'CHARIOT_PASSPHRASE';

/**
 * What opens the store in this data folder: the system's key store, or a passphrase where it has one.
 * Fails with STORE_UNAVAILABLE where there is no store, KEYSTORE_PASSPHRASE_NEEDED, or as
 * `openSystemKeystore` does.
 *
 * @param passphraseFile the passphrase is its first line; null: the environment may have it.
 */
export async function secretOf(
  folder: string,
  passphraseFile: string | null,
): Promise<Result<Secret>> {
  const storeFolder = path.join(folder, STORE_FOLDER);
  const keys = readKeyFile(storeFolder);
  if (keys === 'absent' && !hasDatabase(storeFolder)) {
    return failed('STORE_UNAVAILABLE', { folder });
  }
  const passphrase = readPassphrase(passphraseFile);
  // Of keys that are lost the opening itself tells, whatever it is given.
  if (typeof keys === 'string') {
    return ok(byPassphrase(passphrase ?? ''));
  }
  if (keys.slot.kind === 'passphrase') {
    return passphrase === null
      ? failed('KEYSTORE_PASSPHRASE_NEEDED')
      : ok(byPassphrase(passphrase));
  }
  const agent = await openSystemKeystore(folder);
  return agent.ok
    ? ok({
        secret: { kind: 'keystore', keystore: agent.value.keystore },
        close: agent.value.close,
      })
    : agent;
}

function byPassphrase(passphrase: string): Secret {
  return { secret: { kind: 'passphrase', passphrase }, close: () => Promise.resolve() };
}

/** @throws UsageError when the file cannot be read or is empty. */
function readPassphrase(file: string | null): string | null {
  if (file === null) {
    return process.env[PASSPHRASE_VARIABLE] || null;
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--passphrase-file: ${error instanceof Error ? error.message : file}`);
  }
  const [line = ''] = text.split(/\r?\n/);
  if (line === '') {
    throw new UsageError(`--passphrase-file ${file}: vide / empty`);
  }
  return line;
}
