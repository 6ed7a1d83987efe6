const FIRST_MS = 100;
const LONGEST_MS = 2_000;
/** Spread around the nominal wait, so that devices of one hub do not all knock together. */
const JITTER = 0.25;

/**
 * @param attempt failures in a row before this wait, from 0.
 * @param random in [0, 1).
 * @returns ms.
 */
export function reconnectDelay(attempt: number, random: number): number {
  const nominal = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return nominal * (1 + JITTER * (2 * random - 1));
}
