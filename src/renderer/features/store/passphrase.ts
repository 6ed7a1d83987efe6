/** What main takes; it may ask for a longer one and says so. */
const SHORTEST = 12;

/** What is wrong with a new passphrase and its repetition; null: nothing. */
export function passphraseProblem(first: string, second: string): 'short' | 'different' | null {
  if (Array.from(first).length < SHORTEST) {
    return 'short';
  }
  return first === second ? null : 'different';
}
