import type { Measurement } from '../../src/contracts/devices.ts';
import { CHANNEL_FLAG } from '../../src/contracts/sampleBlock.ts';
import type { Kept } from './run.ts';

/** One sample of all channels; `place` counts the samples of its epoch, lost ones included. */
export type Row = {
  readonly place: number;
  readonly key: string;
  /** One channel of several is said to be lost: what stands in its place is no value. */
  readonly partial: boolean;
};

export type Epoch = {
  readonly stream: string;
  readonly epoch: number;
  readonly stored: boolean;
  readonly recordedAt: string | null;
  readonly rows: readonly Row[];
};

/** What was published of each epoch that holds a sample. */
export function epochsOf({ blocks, descriptors }: Pick<Kept, 'blocks' | 'descriptors'>): Epoch[] {
  return descriptors.flatMap(({ streamId, epoch, name, origin, recordedAt }) => {
    const rows = blocks
      .filter((block) => block.streamId === streamId && block.epoch === epoch)
      .flatMap((block) =>
        Array.from({ length: block.samplesPerChannel }, (_, at) => ({
          place: block.firstSample + at,
          partial: isPartial(block.channels.map(({ flags }) => flags)),
          key: block.channels
            .map(({ unit, scale }, channel) => {
              const count = block.samples[channel * block.samplesPerChannel + at] ?? Number.NaN;
              return `${count}*${scale} ${unit}`;
            })
            .join(' '),
        })),
      );
    const stored = origin === 'stored';
    return rows.length === 0 ? [] : [{ stream: name, epoch, stored, recordedAt, rows }];
  });
}

function isPartial(flags: readonly number[]): boolean {
  const lost = flags.filter((flag) => (flag & CHANNEL_FLAG.lost) !== 0).length;
  return lost > 0 && lost < flags.length;
}

export type Aligned = {
  /** Samples found in the clean signal, at the place that their epoch gives them. */
  readonly matched: number;
  /** Values that the clean signal has nowhere. */
  readonly foreign: number;
  /** Values of the clean signal at a place that nothing tells. */
  readonly misplaced: number;
  /** How often a sample stood at another place than the one that was told. */
  readonly moved: number;
  /** Samples of the clean signal between the first and the last that were found. */
  readonly missing: number;
};

/** So many rows in a row tell a place; fewer where the next hole comes sooner. */
const CERTAIN = 8;
/** A pulse wave repeats itself nearly: the first place is found by more rows. */
const CERTAIN_AT_FIRST = 60;
/** Farthest that a device without a counter may be mistaken about a hole. */
const REACH = 30;
const LATEST_START = 400;

/**
 * Finds a live epoch in the clean run of the same signal. What was sampled before the clean run began
 * can be judged by nobody and is left out.
 */
export function align(reference: readonly Row[], rows: readonly Row[]): Aligned {
  const keys = reference.map(({ key }) => key);
  const known = new Set(keys);
  const fits = fitterOf(keys, rows, CERTAIN);
  const anchor =
    anchorOf(keys, rows, fitterOf(keys, rows, CERTAIN_AT_FIRST)) ?? anchorOf(keys, rows, fits);
  if (anchor === null) {
    return { matched: 0, foreign: rows.length, misplaced: 0, moved: 0, missing: 0 };
  }
  let { offset } = anchor;
  let foreign = 0;
  let last = -1;
  let first = Number.POSITIVE_INFINITY;
  let matched = 0;
  let moved = 0;
  let unjudged = 0;
  for (const [index, { place, key, partial }] of rows.entries()) {
    if (place + offset < 0) {
      unjudged += 1;
      continue;
    }
    if (keys[place + offset] !== key) {
      const found = nearest(last + 1, place + offset, (candidate) => fits(index, candidate));
      if (found === null) {
        unjudged += partial ? 1 : 0;
        foreign += known.has(key) || partial ? 0 : 1;
        continue;
      }
      moved += 1;
      offset = found - place;
    }
    matched += 1;
    last = Math.max(last, place + offset);
    first = Math.min(first, place + offset);
  }
  const misplaced = rows.length - unjudged - matched - foreign;
  return { matched, foreign, misplaced, moved, missing: last - first + 1 - matched };
}

type Fits = (row: number, at: number) => boolean;

function fitterOf(keys: readonly string[], rows: readonly Row[], certain: number): Fits {
  return (from, at) => {
    for (let ahead = 0; ahead < certain; ahead++) {
      const row = rows[from + ahead];
      if (row === undefined || row.place !== (rows[from]?.place ?? 0) + ahead) {
        return ahead > 0 && (certain === CERTAIN || ahead >= certain);
      }
      if (keys[at + ahead] !== row.key) {
        return false;
      }
    }
    return true;
  };
}

function anchorOf(keys: readonly string[], rows: readonly Row[], fits: Fits) {
  for (let start = 0; start < Math.min(rows.length, LATEST_START); start++) {
    const at = keys.findIndex((_, index) => fits(start, index));
    if (at >= 0) {
      return { offset: at - (rows[start]?.place ?? 0) };
    }
  }
  return null;
}

function nearest(from: number, expected: number, fits: (at: number) => boolean): number | null {
  for (let distance = 1; distance <= REACH; distance++) {
    for (const at of [expected - distance, expected + distance]) {
      if (at >= from && fits(at)) {
        return at;
      }
    }
  }
  return null;
}

/** Values of a measurement that must be the same wherever it is read again. */
function valueKey(one: Measurement): string {
  const { name, site, value, unit, origin } = one;
  return JSON.stringify({ name, site, value, unit, origin });
}

function readingKey(one: Measurement): string {
  const { reading, deviceTime, quality, flags } = one;
  return `${valueKey(one)} ${JSON.stringify({ reading, deviceTime, quality, flags })}`;
}

/** The clean run may have begun to listen a moment later: its first values tell nothing. */
const BEGINNING_MS = 1_500;

/**
 * Values that the clean run does not have: a live one of the same name within `withinMs`, a stored
 * one with the same reading and time. That there is none is no value.
 */
export function foreignMeasurements(
  clean: readonly Measurement[],
  found: readonly Measurement[],
  withinMs: number,
): Measurement[] {
  const times = new Map<string, number[]>();
  const firstMs = new Map<string, number>();
  for (const one of clean) {
    const key = one.origin === 'stored' ? readingKey(one) : valueKey(one);
    times.set(key, [...(times.get(key) ?? []), one.hostTimeMs]);
    firstMs.set(one.name, firstMs.get(one.name) ?? one.hostTimeMs);
  }
  return found.filter((one) => {
    if (one.value === null) {
      return false;
    }
    if (one.origin === 'stored') {
      return !times.has(readingKey(one));
    }
    if (one.hostTimeMs < (firstMs.get(one.name) ?? 0) + BEGINNING_MS) {
      return false;
    }
    const known = times.get(valueKey(one)) ?? [];
    return !known.some((timeMs) => Math.abs(timeMs - one.hostTimeMs) <= withinMs);
  });
}

/** What a run gave, without when: equal for any cut of the same bytes. */
export function valuesOf(kept: Kept) {
  return {
    epochs: epochsOf(kept).map(({ stream, epoch, recordedAt, rows }) => ({
      stream,
      epoch,
      recordedAt,
      rows: rows.map(({ place, key }) => `${place} ${key}`).join('\n'),
    })),
    measurements: kept.measurements.map(readingKey),
    events: kept.events.map(({ code }) => code),
  };
}
