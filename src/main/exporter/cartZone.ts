import { offsetMinutes } from './dicom/localTime.ts';

/** Where carts are: a document tells the same hours wherever it is made. The default of DICOM objects. */
const CART_ZONE = 'Europe/Paris';
const MINUTE_MS = 60_000;

/** An instant as the clocks of the place show it: ISO 8601 without zone. */
export function localTimeOf(iso: string): string {
  const ahead = offsetMinutes(iso, CART_ZONE) * MINUTE_MS;
  return new Date(Date.parse(iso) + ahead).toISOString().slice(0, -1);
}

/**
 * The instant of a time without zone, as a device keeps it; another stays. In the hour that comes
 * twice in autumn it is the first one.
 */
export function instantOf(time: string): string {
  if (/(?:Z|[+-]\d\d:?\d\d)$/.test(time)) {
    return time;
  }
  const local = Date.parse(`${time}Z`);
  const guess = new Date(local - offsetMinutes(`${time}Z`, CART_ZONE) * MINUTE_MS);
  const ahead = offsetMinutes(guess.toISOString(), CART_ZONE) * MINUTE_MS;
  return new Date(local - ahead).toISOString();
}
