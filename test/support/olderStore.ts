import { openConnection } from '../../src/main/store/connection.ts';
import { databaseFile } from '../../src/main/store/files.ts';
import { unlockKeys } from '../../src/main/store/keyRing.ts';
import { migrate } from '../../src/main/store/migrate.ts';
import { MIGRATIONS } from '../../src/main/store/migrations/table.ts';
import { enterStore } from '../../src/main/store/openStore.ts';
import type { Connection, StoreOptions } from '../../src/main/store/types.ts';

/**
 * A store that a Chariot of this version left behind, with what `fill` puts into it.
 *
 * @throws Error with the fault's code where it cannot be made.
 */
export async function makeOlderStore(
  options: StoreOptions,
  version: number,
  fill: (db: Connection) => void,
): Promise<void> {
  const entered = await enterStore(options);
  if (!entered.ok) {
    throw new Error(entered.fault.code);
  }
  const { folder, leave } = entered.value;
  const keys = await unlockKeys(folder, options.secret, options.random);
  if (!keys.ok) {
    throw new Error(keys.fault.code);
  }
  const { nativeBinding } = options;
  const file = databaseFile(folder, keys.value.generation());
  const db = openConnection({ file, key: keys.value.key(), nativeBinding });
  migrate(db, MIGRATIONS.slice(0, version));
  fill(db);
  db.close();
  leave();
}
