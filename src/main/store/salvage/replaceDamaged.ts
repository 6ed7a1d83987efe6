import type { Result } from '../../../contracts/faults.ts';
import { syncFolder } from '../../../record/sealed/syncFolder.ts';
import { attemptAsync } from '../attempt.ts';
import { databaseFile, discardDatabase, quarantineFolder, settleGenerations } from '../files.ts';
import type { KeyRing } from '../keyRing.ts';
import type { Salvage, StoreOptions } from '../types.ts';
import { salvageDatabase } from './salvage.ts';

/**
 * A new database of what is intact takes the place of the keys' own, which is put aside. Ended at any
 * moment, the store is still the old one or already the new one.
 */
export async function replaceDamaged(
  options: Pick<StoreOptions, 'nativeBinding' | 'now'>,
  folder: string,
  keys: KeyRing,
): Promise<Result<Salvage>> {
  const now = options.now();
  const quarantine = quarantineFolder(folder, now);
  const generation = keys.generation() + 1;
  const to = {
    file: databaseFile(folder, generation),
    key: keys.key(),
    nativeBinding: options.nativeBinding,
  };
  const from = databaseFile(folder, keys.generation());
  const salvaged = await attemptAsync(async () => {
    const made = salvageDatabase(from, to, { now, quarantine });
    await syncFolder(folder);
    return made;
  });
  const salvage = salvaged.ok ? salvaged.value : salvaged;
  if (!salvage.ok) {
    await discardDatabase(folder, generation).catch(() => undefined);
    return salvage;
  }
  const switched = await keys.switchTo(generation, 'quarantine');
  if (!switched.ok) {
    return switched;
  }
  const aside = await attemptAsync(() =>
    settleGenerations(folder, generation, 'quarantine', quarantine),
  );
  return aside.ok ? salvage : aside;
}
