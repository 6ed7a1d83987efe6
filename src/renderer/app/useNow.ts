import { useSyncExternalStore } from 'react';

/** As fine as anybody reads who is told in minutes. */
const STEP_MS = 5_000;

function follow(listener: () => void): () => void {
  const timer = window.setInterval(listener, STEP_MS);
  return () => {
    window.clearInterval(timer);
  };
}

function lastStep(): number {
  return Math.floor(Date.now() / STEP_MS) * STEP_MS;
}

/** @returns the wall clock; the component draws again as it goes on. */
export function useNow(): Date {
  return new Date(useSyncExternalStore(follow, lastStep));
}
