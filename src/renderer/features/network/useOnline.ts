import { useSyncExternalStore } from 'react';

function follow(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

/** @returns false when the system knows that it has no network at all. */
export function useOnline(): boolean {
  return useSyncExternalStore(follow, () => navigator.onLine);
}
