import { unwrapKey } from '../../record/sealed/header.ts';
import type { Unwrap } from '../../record/sealed/types.ts';
import type { FileKeyRing } from './types.ts';

/** Opens the keys of this store's sealed files, of whichever generation they are. */
export function unwrapWith(keys: Pick<FileKeyRing, 'find'>): Unwrap {
  return (header) => {
    const wrapping = keys.find(header.wrapGeneration);
    return wrapping === null ? null : unwrapKey(wrapping, header);
  };
}
