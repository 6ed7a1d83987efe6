import type { StoreState } from '../../../contracts/outbox.ts';

/** What is wrong with the store; those of an open one may hold together, and each can be put away. */
export const STORE_NOTICES = [
  'locked',
  'unavailable',
  'salvaged',
  'rolledBack',
  'obfuscated',
] as const;
export type StoreNotice = (typeof STORE_NOTICES)[number];

/** What a person must know of the store, worst first. What was put away stays away. */
export function storeNotices(
  store: StoreState | null,
  rolledBack: boolean,
  putAway: ReadonlySet<StoreNotice>,
): StoreNotice[] {
  if (store === null) {
    return [];
  }
  if (store.state !== 'open') {
    return [store.state];
  }
  const holds: Record<StoreNotice, boolean> = {
    locked: false,
    unavailable: false,
    salvaged: store.salvage !== null,
    rolledBack,
    obfuscated: store.protection === 'obfuscated',
  };
  return STORE_NOTICES.filter((notice) => holds[notice] && !putAway.has(notice));
}
