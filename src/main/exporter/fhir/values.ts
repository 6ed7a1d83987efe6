import type { CodeableConcept, Coding } from './types.ts';

/** Characters below a space, but tab and line ends, are forbidden in a FHIR string (R4, datatypes). */
const FORBIDDEN = /(?![\t\n\r])\p{Cc}/gu;

/** A FHIR string, or nothing: an empty one is forbidden. */
export function text(value: string | null | undefined): string | undefined {
  const clean = (value ?? '').replace(FORBIDDEN, ' ').trim();
  return clean === '' ? undefined : clean;
}

/** A list, or nothing: an empty one is forbidden. */
export function list<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** A FHIR dateTime and instant: to the millisecond, in UTC. */
export function instant(iso: string): string {
  return new Date(iso).toISOString();
}

export function coding(system: string, code: string, display?: string): Coding {
  return display === undefined ? { system, code } : { system, code, display };
}

export function concept(system: string, code: string, display?: string): CodeableConcept {
  return { coding: [coding(system, code, display)] };
}
