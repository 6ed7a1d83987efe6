import { unwrapWith } from '../../main/store/unwrap.ts';
import type { Unwrap } from '../../record/sealed/types.ts';
import { NO_KEYS } from '../../record/source.ts';
import { fileStart } from '../fileStart.ts';
import { type StoreValues, withStoreToRead } from './withStore.ts';

/** Opens the store only for a file that is sealed: any other needs no key, and maybe has no store. */
export async function withKeysOf(
  file: string,
  values: StoreValues,
  work: (unwrap: Unwrap) => Promise<number>,
): Promise<number> {
  const { is } = await fileStart(file);
  return is === 'sealed'
    ? withStoreToRead(values, ({ fileKeys }) => work(unwrapWith(fileKeys)))
    : work(NO_KEYS);
}
