import type { AdapterManifest, Fingerprint } from '../_sdk/adapter.ts';
import type { Candidate, RawSighting } from './sighting.ts';

/*
 * A fingerprint matches when nothing that it gives is contradicted. What the system did not tell
 * contradicts nothing once vendor and product agree, and everything else otherwise. From 10 on a
 * device is worth asking: vendor and product agree, or the class of a standard does.
 */
const SCORE_VENDOR_AND_PRODUCT = 10;
const SCORE_VENDOR = 4;
/** USB-IF's class code alone says which protocol is spoken. */
const SCORE_STANDARD_CLASS = 10;
const SCORE_CLASS = 4;
/** A kernel driver has it: nothing to be opened, but to be named. */
const SCORE_OWNED_CLASS = 1;
const SCORE_USAGE_PAGE = 3;
const SCORE_USAGE = 2;
const SCORE_INTERFACE_NUMBER = 1;
/** A bridge chip's numbers are shared by many products: hints only add. */
const SCORE_HINT = 5;
const SCORE_SERIAL_NUMBER = 10;

/** @returns null where the two disagree, else the points that they agree for. */
type Point = number | null;

/** 0 = not this device. */
export function scoreOf(seen: RawSighting, print: Fingerprint): number {
  if (seen.address.kind !== print.transport) {
    return 0;
  }
  const ids = idScore(seen, print);
  if (ids === null) {
    return 0;
  }
  const known = ids >= SCORE_VENDOR_AND_PRODUCT;
  const points = [
    agree(print.interfaceClass, seen.interfaceClass, known, classScore(seen, known)),
    agree(print.usagePage, seen.usagePage, known, SCORE_USAGE_PAGE),
    agree(print.usage, seen.usage, known, SCORE_USAGE),
    agree(print.interfaceNumber, seen.interfaceNumber, known, SCORE_INTERFACE_NUMBER),
    serialScore(seen.serialNumber, print.serialNumber),
  ];
  let sum = ids + hintScore(seen, print);
  for (const point of points) {
    if (point === null) {
      return 0;
    }
    sum += point;
  }
  return sum;
}

function idScore(seen: RawSighting, print: Fingerprint): Point {
  if (print.vendorId === undefined) {
    return 0;
  }
  if (print.vendorId !== seen.vendorId) {
    return null;
  }
  if (print.productId === undefined) {
    return SCORE_VENDOR;
  }
  return print.productId === seen.productId ? SCORE_VENDOR_AND_PRODUCT : null;
}

function classScore(seen: RawSighting, known: boolean): number {
  if (seen.owned && seen.address.kind === 'usb') {
    return SCORE_OWNED_CLASS;
  }
  return known ? SCORE_CLASS : SCORE_STANDARD_CLASS;
}

function agree(
  wanted: number | undefined,
  told: number | null,
  known: boolean,
  points: number,
): Point {
  if (wanted === undefined) {
    return 0;
  }
  if (told === null) {
    return known ? 0 : null;
  }
  return wanted === told ? points : null;
}

function serialScore(told: string | null, wanted: RegExp | undefined): Point {
  if (wanted === undefined) {
    return 0;
  }
  return told !== null && wanted.test(told) ? SCORE_SERIAL_NUMBER : null;
}

function hintScore(seen: RawSighting, print: Fingerprint): number {
  const found = (hints: readonly string[] | undefined, text: string | null): number =>
    (hints ?? []).filter((hint) => text?.toLowerCase().includes(hint)).length;
  const hints =
    found(print.manufacturerHints, seen.manufacturer) + found(print.productHints, seen.product);
  return hints * SCORE_HINT;
}

/** Likeliest first. */
export function candidatesFor(
  seen: RawSighting,
  manifests: readonly AdapterManifest[],
): Candidate[] {
  return manifests
    .flatMap(({ adapterId, fingerprints }) => {
      const scored = fingerprints
        .map((print) => ({ adapterId, score: scoreOf(seen, print), wire: print.wire ?? null }))
        .toSorted((a, b) => b.score - a.score);
      return scored.slice(0, 1);
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score);
}
