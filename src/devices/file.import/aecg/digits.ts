const MAX_INT32 = 2 ** 31 - 1;

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** @returns how many tokens the text has, so that no more than that is allocated. */
function countTokens(text: string): number {
  let count = 0;
  let wasSpace = true;
  for (let at = 0; at < text.length; at++) {
    const space = isSpace(text.charCodeAt(at));
    count += wasSpace && !space ? 1 : 0;
    wasSpace = space;
  }
  return count;
}

/**
 * The digits of an SLIST: integers between white space.
 * @returns null when a token is no integer of 32 bits.
 */
export function readDigits(text: string): Int32Array | null {
  const samples = new Int32Array(countTokens(text));
  const token = /\S+/g;
  for (let index = 0; index < samples.length; index++) {
    const digits = token.exec(text)?.[0] ?? '';
    const value = Number(digits);
    if (!/^[+-]?\d{1,10}$/.test(digits) || Math.abs(value) > MAX_INT32) {
      return null;
    }
    samples[index] = value;
  }
  return samples;
}
