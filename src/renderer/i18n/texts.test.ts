import { describe, expect, it } from 'vitest';
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
import { BLOCK_UNITS } from '../../contracts/sampleBlock.ts';
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
