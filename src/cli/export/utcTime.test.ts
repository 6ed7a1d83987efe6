import { expect, it } from 'vitest';
import { UsageError } from '../usage.ts';
import { utcTime, zoneOf } from './utcTime.ts';

const PARIS = 'Europe/Paris';

it.each([
  ['a summer’s day', '2026-07-14T22:40:10.125', '2026-07-14T20:40:10.125Z'],
  ['a winter’s day', '2026-03-04T05:06:07', '2026-03-04T04:06:07.000Z'],
  ['an hour that comes twice, the first time', '2026-10-25T02:30:00', '2026-10-25T00:30:00.000Z'],
  ['the hour after it', '2026-10-25T03:00:00', '2026-10-25T02:00:00.000Z'],
  ['the night before it', '2026-10-25T01:59:59', '2026-10-24T23:59:59.000Z'],
  ['the first hour of summer', '2026-03-29T03:00:00', '2026-03-29T01:00:00.000Z'],
  ['the last one of winter', '2026-03-29T01:59:00', '2026-03-29T00:59:00.000Z'],
  ['a time with its zone', '2026-03-04T05:06:07+03:00', '2026-03-04T02:06:07.000Z'],
  ['a time in UTC', '2026-03-04T05:06:07Z', '2026-03-04T05:06:07.000Z'],
])('reads %s', (_, local, utc) => {
  expect(utcTime(local, PARIS)).toBe(utc);
});

it('refuses what is no time and no zone', () => {
  expect(() => utcTime('hier', PARIS)).toThrow(UsageError);
  expect(() => zoneOf('Mars/Olympus')).toThrow(UsageError);
  expect(zoneOf(PARIS)).toBe(PARIS);
});
