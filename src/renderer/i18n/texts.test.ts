import { describe, expect, it } from 'vitest';
import { IDENTITY_STATUSES } from '../../contracts/clinical.ts';
import {
  DEVICE_CAVEATS,
  DEVICE_KINDS,
  DEVICE_STATES,
  MEASUREMENT_FLAGS,
  QualityCauseSchema,
  STREAM_KINDS,
} from '../../contracts/devices.ts';
import { FaultCodeSchema } from '../../contracts/faults.ts';
import { MEASUREMENT_NAMES } from '../../contracts/measurements.ts';
import {
  ACKS,
  CONNECTION_STEPS,
  ConnectionTestSchema,
  DELIVERY_STATES,
  DESTINATION_KINDS,
  DeliveryEventSchema,
  DestinationStateSchema,
  KEY_PROTECTIONS,
  NETWORK_STATES,
  OBJECT_KINDS,
} from '../../contracts/outbox.ts';
import { BLOCK_UNITS } from '../../contracts/sampleBlock.ts';
import { CONSENTS, SEXES } from '../features/act/openingDraft.ts';
import { BODY_SITES } from '../features/captures/bodySites.ts';
import { CREDENTIAL_CHOICES } from '../features/outbox/destinationDraft.ts';
import { FILTER_NAMES } from '../features/outbox/filters.ts';
import { WHYS } from '../features/outbox/why.ts';
import { SITE_FIELDS } from '../features/settings/siteDraft.ts';
import { STORE_NOTICES } from '../features/store/notices.ts';
import { TECHNICIAN_DESKS } from '../routes/technician/technicianDesks.ts';
import en from './en.json' with { type: 'json' };
import fr from './fr.json' with { type: 'json' };

const sources: Record<string, string> = import.meta.glob(['../**/*.{ts,tsx}', '!../**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

function flatten(texts: object, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') {
      flat.set(prefix + key, value);
    } else {
      for (const [inner, text] of flatten(value, `${prefix}${key}.`)) {
        flat.set(inner, text);
      }
    }
  }
  return flat;
}

const french = flatten(fr);
const english = flatten(en);
const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name ?? '').toSorted();
const known = (key: string): boolean =>
  french.has(key) || (french.has(`${key}_one`) && french.has(`${key}_other`));

/** Without the ending of a plural. */
const keys = [...french.keys()].map((key) => key.replace(/_(one|other|many)$/, ''));

/** Keys that are put together where they are said: what they begin and end with. */
const composed = Object.entries(sources).flatMap(([file, source]) =>
  [...source.matchAll(/`((?:[a-zA-Z.]|\$\{[^}`]+\})+)`/g)]
    .map(([, key = '']) => key.split(/\$\{[^}]+\}/))
    .filter((parts) => parts.length > 1)
    .map((parts) => ({ file, start: parts.at(0) ?? '', end: parts.at(-1) ?? '' }))
    .filter(({ start, end }) => /^[a-zA-Z.]+\.$/.test(start) || /^\.[a-zA-Z]+$/.test(end)),
);
const fits = (key: string, { start, end }: (typeof composed)[number]): boolean =>
  key.startsWith(start) && key.endsWith(end);

describe('the texts', () => {
  it('have the same keys in both languages', () => {
    expect([...english.keys()].toSorted()).toEqual([...french.keys()].toSorted());
  });

  it('are never empty and take the same values', () => {
    for (const [key, text] of french) {
      expect(text.trim(), key).not.toBe('');
      expect(placeholders(english.get(key) ?? ''), key).toEqual(placeholders(text));
    }
  });

  it('say every fault, and all that a device can be, have, do and doubt', () => {
    const causes = QualityCauseSchema.shape.cause.options;
    const wanted = [
      ...FaultCodeSchema.options.map((code) => `fault.${code}`),
      ...DEVICE_STATES.map((state) => `device.state.${state}`),
      ...DEVICE_KINDS.map((kind) => `kind.${kind}`),
      ...DEVICE_CAVEATS.map((caveat) => `caveat.${caveat}`),
      ...STREAM_KINDS.map((kind) => `stream.${kind}`),
      ...BLOCK_UNITS.map((unit) => `blockUnit.${unit}`),
      ...MEASUREMENT_NAMES.map((name) => `measurement.${name}`),
      ...MEASUREMENT_FLAGS.map((flag) => `flag.${flag}`),
      ...causes.flatMap((cause) => [`quality.${cause}`, `quality.${cause}On`]),
    ];
    expect(wanted.filter((key) => !known(key))).toEqual([]);
  });

  it('say all that a delivery, a destination and the store can be', () => {
    const { event } = DeliveryEventSchema.shape;
    const { verdict } = ConnectionTestSchema.shape.steps.element.shape;
    const wanted = [
      ...OBJECT_KINDS.map((kind) => `delivery.kind.${kind}`),
      ...DELIVERY_STATES.map((state) => `delivery.state.${state}`),
      ...ACKS.map((ack) => `delivery.ack.${ack}`),
      ...event.options.map((name) => `delivery.event.${name}`),
      ...FILTER_NAMES.map((name) => `delivery.filterBy.${name}`),
      ...NETWORK_STATES.flatMap((state) => [
        `outbox.network.${state}`,
        `delivery.network.${state}`,
      ]),
      ...WHYS.map((why) => `outbox.why.${why}`),
      ...DESTINATION_KINDS.map((kind) => `destination.kind.${kind}`),
      ...DestinationStateSchema.shape.state.options.map((state) => `destination.state.${state}`),
      ...CREDENTIAL_CHOICES.map((choice) => `destination.credentials.${choice}`),
      ...CONNECTION_STEPS.map((step) => `destination.step.${step}`),
      ...verdict.options.map((word) => `destination.verdict.${word}`),
      ...STORE_NOTICES.flatMap((notice) => [`store.${notice}.title`, `store.${notice}.what`]),
      ...KEY_PROTECTIONS.flatMap((name) => [`store.card.${name}`, `store.card.${name}What`]),
    ];
    expect(wanted.filter((key) => !known(key))).toEqual([]);
  });

  it('say all that a person is asked for', () => {
    const wanted = [
      ...IDENTITY_STATUSES.map((status) => `act.identity.${status}`),
      ...SEXES.map((sex) => `act.sex.${sex}`),
      ...CONSENTS.map((consent) => `act.consent.${consent}`),
      ...BODY_SITES.map(({ key }) => `bodySite.${key}`),
      ...['left', 'right', 'bilateral'].map((side) => `laterality.${side}`),
      ...SITE_FIELDS.flatMap((field) =>
        ['field', 'hint', 'wrong'].map((kind) => `site.${kind}.${field}`),
      ),
      ...TECHNICIAN_DESKS.map((desk) => `technician.desk.${desk}`),
    ];
    expect(wanted.filter((key) => !known(key))).toEqual([]);
  });

  it('hold something for every key that the pages put together', () => {
    const missing = composed.filter((one) => !keys.some((key) => fits(key, one)));
    expect(composed.length).toBeGreaterThan(50);
    expect(missing).toEqual([]);
  });

  it('are all said somewhere', () => {
    const all = Object.values(sources).join('\n');
    const unsaid = keys.filter(
      (key) => !all.includes(`'${key}'`) && !composed.some((one) => fits(key, one)),
    );
    expect(unsaid).toEqual([]);
  });

  it('hold every key that the pages name', () => {
    const missing = Object.entries(sources).flatMap(([file, source]) =>
      [...source.matchAll(/\b(?:t|say)\(\s*'([^']+)'/g)]
        .map(([, key]) => key ?? '')
        .filter((key) => !known(key))
        .map((key) => `${file}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  it('are the only words of the pages', () => {
    const spoken =
      /(?:(?<!=)>\s*|(?:aria-label|title|alt|placeholder)=["'])([A-Za-zÀ-ÿ][^<>{}"'=;()]*)(?=<|["'{])/g;
    const literal = Object.entries(sources)
      .filter(([file]) => file.endsWith('.tsx'))
      .flatMap(([file, source]) =>
        [...source.matchAll(spoken)].map(([, words]) => `${file}: ${words?.trim()}`),
      );
    expect(literal).toEqual([]);
  });
});
