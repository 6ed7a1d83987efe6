import { describe, expect, it } from 'vitest';
import { createRecordingSink } from '../_sdk/recordingSink.ts';
import { systemTime } from '../_sdk/time.ts';
import type { Configuration } from './configuration.ts';
import { createDoubts } from './doubts.ts';
import { createReadings } from './readings.ts';
import { createReports } from './reports.ts';
import { type EntryMap, readEntries, type Segment } from './segments.ts';
import { standardConfiguration } from './standardConfigurations.ts';
import { createSampleStreams } from './streams.ts';

const GLUCOSE = standardConfiguration(0x06a4) ?? { id: 0, objects: new Map() };
const MAP: EntryMap = {
  header: 0x8000,
  elements: [
    {
      objectClass: 6,
      handle: 1,
      type: { partition: 2, code: 29112 },
      values: [{ id: 0x0a4c, length: 2 }],
    },
  ],
};
/** Absolute time and SFLOAT. */
const entry = (minute: string, value: string): string => `2026112007${minute}0000${value}`;

/** Downloads a store that holds these entries. @returns what the session hears. */
function download(entries: readonly string[], configuration: Configuration = GLUCOSE) {
  const sink = createRecordingSink();
  const time = systemTime;
  const reports = createReports({
    sink,
    readings: createReadings(sink),
    streams: createSampleStreams(configuration, sink),
    doubts: createDoubts({ sink, time }),
    time,
    clockOffsetMs: () => 0,
  });
  const segment: Segment = { instance: 3, entries: entries.length, person: null, map: MAP };
  const bytes = Uint8Array.from(Buffer.from(entries.join(''), 'hex'));
  readEntries(bytes, entries.length, MAP)?.forEach((one, index) => {
    reports.onStored({ entry: one, segment, index, readAtNs: 0n }, configuration);
  });
  return sink.measurements;
}

const named = (entries: readonly string[]) =>
  download(entries).map(({ value, reading }) => [value, reading]);

describe('a stored reading', () => {
  const old = entry('05', '0064');
  const kept = [entry('30', '0078'), entry('30', '0079'), entry('45', '007a')];

  it('keeps its name when a full store has dropped the oldest one', () => {
    const before = named([old, ...kept]);
    const after = named([...kept, entry('59', '007b')]);
    expect(before.slice(1)).toEqual(after.slice(0, 3));
  });

  it('has a name of its own beside another one of the same minute', () => {
    expect(named(kept)).toEqual([
      [120, '2026-11-20T07:30:00#3.1'],
      [121, '2026-11-20T07:30:00#3.2'],
      [122, '2026-11-20T07:45:00#3.1'],
    ]);
  });

  it('is in doubt where its time is none: it would pass for one of now', () => {
    const [unset, set] = download([entry('61', '0064'), entry('30', '0078')]);
    expect(unset).toMatchObject({ value: 100, deviceTime: null, quality: 'questionable' });
    expect(set).toMatchObject({ value: 120, quality: 'good' });
  });
});
