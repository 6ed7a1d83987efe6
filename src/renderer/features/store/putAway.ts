import type { StoreNotice } from './notices.ts';

const KEY = 'chariot.store.told';

/** A poor protection is told once, not at each start; the site's page goes on showing it. */
export function wasToldBefore(storage: Pick<Storage, 'getItem'>): ReadonlySet<StoreNotice> {
  try {
    return new Set(storage.getItem(KEY) === 'obfuscated' ? ['obfuscated' as const] : []);
  } catch {
    return new Set();
  }
}

export function rememberTold(storage: Pick<Storage, 'setItem'>, notice: StoreNotice): void {
  try {
    if (notice === 'obfuscated') {
      storage.setItem(KEY, notice);
    }
  } catch {
    // A page without storage tells it again at the next start.
  }
}
