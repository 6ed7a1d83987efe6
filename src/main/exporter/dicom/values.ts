import type { Say } from './types.ts';

/** Characters that a value of a representation may have (PS3.5 table 6.2-1); not bytes. */
const MAX_CHARACTERS = { LO: 64, SH: 16, ST: 1024, UC: 64, UT: 10_000 } as const;
const MAX_NAME = 64;
const MAX_DECIMAL_CHARACTERS = 16;
/** Control characters are allowed in no value that Chariot writes; C1 is not in Latin-1 at all. */
const CONTROLS = /\p{Cc}+/gu;
/** Nothing to replace and nothing to trim: true of most texts, and quick to tell. */
const PLAIN = /^[!-[\]-~](?:[ -[\]-~]*[!-[\]-~])?$/;

/**
 * A number as DS or IS: at most 16 characters. What does not fit loses its last digits: callers
 * that compute with it read it back with `Number`.
 */
export function decimalString(value: number): string {
  let written = String(value);
  for (let digits = 15; written.length > MAX_DECIMAL_CHARACTERS && digits > 0; digits--) {
    written = String(Number(value.toPrecision(digits)));
  }
  return written;
}

/** The value that a reader gets back from `decimalString`. */
export function asWritten(value: number): number {
  return Number(decimalString(value));
}

/** Composed, as Latin-1 has letters with accents in one character only. */
function clean(value: string): string {
  return value.normalize('NFC').replaceAll(CONTROLS, ' ');
}

/**
 * Text of one value. `\` divides values in DICOM and cannot be escaped: it becomes `/`. What is too
 * long is cut, and `say` tells whose value that was.
 */
export function text(
  vr: keyof typeof MAX_CHARACTERS,
  value: string,
  attribute: string,
  say: Say,
): string {
  if (value.length <= MAX_CHARACTERS[vr] && PLAIN.test(value)) {
    return value;
  }
  const characters = Array.from(clean(value).replaceAll('\\', '/').trim());
  if (characters.length <= MAX_CHARACTERS[vr]) {
    return characters.join('');
  }
  say({ code: 'textShortened', params: { attribute, characters: characters.length } });
  return characters.slice(0, MAX_CHARACTERS[vr]).join('').trim();
}

/** `^`, `=` and `\` divide a person name and cannot be escaped: they become spaces. */
function namePart(value: string): string {
  return clean(value)
    .replaceAll(/[\\^=]/g, ' ')
    .trim();
}

export type PersonName = {
  readonly name: string;
  /** Middle names that did not fit. */
  readonly leftOut: number;
  /** Characters of family and given name, where they alone did not fit and were cut; else 0. */
  readonly cutFrom: number;
};

/**
 * PN: family^given^middle, at most 64 characters. Middle names that do not fit are left out, the last
 * ones first; only a family and a given name that are too long together are cut at their end.
 */
export function personName(
  family: string,
  given: string,
  middle: readonly string[] = [],
): PersonName {
  const parts = middle.map(namePart).filter((part) => part !== '');
  const base = [namePart(family), namePart(given)];
  for (let kept = parts.length; kept >= 0; kept--) {
    const name = [...base, parts.slice(0, kept).join(' ')].join('^').replace(/\^+$/, '');
    if (Array.from(name).length <= MAX_NAME) {
      return { name, leftOut: parts.length - kept, cutFrom: 0 };
    }
  }
  const characters = Array.from(base.join('^'));
  const name = characters
    .slice(0, MAX_NAME)
    .join('')
    .replace(/[\^ ]+$/, '');
  return { name, leftOut: parts.length, cutFrom: characters.length };
}
