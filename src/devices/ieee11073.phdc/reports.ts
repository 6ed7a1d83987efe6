import type { MeasurementFlag } from '../../contracts/devices.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import { createReadingNames } from '../_sdk/readings.ts';
import type { HostTime } from '../_sdk/time.ts';
import { attributeValue } from './attributes.ts';
import type { ConfigObject, Configuration } from './configuration.ts';
import type { EventReport } from './data.ts';
import { originOf } from './deviceTime.ts';
import type { Doubts } from './doubts.ts';
import type { Verdict } from './inbox.ts';
import { type AbsoluteTime, readAbsoluteTime } from './mder.ts';
import { ATTRIBUTE } from './nomenclature.ts';
import { readEnumeration } from './observation.ts';
import { u16 } from './reader.ts';
import type { Readings } from './readings.ts';
import { readScanReport, type Scan } from './scanReports.ts';
import type { Entry, Segment } from './segments.ts';
import { mealFlag, qualityOf } from './states.ts';
import type { StoredEntry } from './store.ts';
import type { SampleStreams } from './streams.ts';

export type Reports = {
  /** A scan report of the agent or of one of its scanners. */
  onScan(event: EventReport, configuration: Configuration, readAtNs: bigint): Verdict;
  /** One entry of a store. */
  onStored(stored: StoredEntry, configuration: Configuration): void;
  tellBattery(percent: number, readAtNs: bigint): void;
};

type Options = {
  readonly sink: SampleSink;
  readonly readings: Readings;
  readonly streams: SampleStreams;
  readonly doubts: Doubts;
  readonly time: HostTime;
  /** Host minus device clock, ms; null: not known. */
  readonly clockOffsetMs: () => number | null;
};

/** What an agent reports, told to the session. */
export function createReports(options: Options): Reports {
  const { sink, readings, streams, doubts, time, clockOffsetMs } = options;
  /** By the segment as it was listed before its transfer: each transfer counts anew. */
  const names = new WeakMap<Segment, ReturnType<typeof createReadingNames>>();

  /** A full store moves its entries up as new ones come: their places in it are no names. */
  function nameOf({ entry, segment }: Pick<StoredEntry, 'entry' | 'segment'>): string {
    const name = names.get(segment) ?? createReadingNames();
    names.set(segment, name);
    return name(timeOfEntry(entry)?.text ?? null, `${segment.instance}.`);
  }

  function tellBattery(percent: number, readAtNs: bigint): void {
    sink.onMeasurement({
      name: 'battery',
      value: percent,
      quality: 'good',
      flags: [],
      origin: 'live',
      reading: null,
      deviceTime: null,
      readAtNs,
    });
  }

  function tellState(scan: Scan, object: ConfigObject): void {
    const state = readEnumeration(scan.attributes);
    const causes = state === null ? null : qualityOf(object.type, state);
    if (causes !== null) {
      doubts.tell(causes);
    }
  }

  function tellScan(
    scan: Scan,
    object: ConfigObject,
    meals: ReadonlyMap<string, MeasurementFlag>,
    readAtNs: bigint,
  ): void {
    const at = timeOf(scan);
    const meal = meals.get(at?.text ?? '');
    readings.accept(scan, {
      object,
      origin: originOf(at, clockOffsetMs(), time.wallClock()),
      reading: null,
      time: null,
      readAtNs,
      flags: meal === undefined ? [] : [meal],
    });
  }

  return {
    onScan: (event, configuration, readAtNs) => {
      if (event.handle !== 0 && configuration.objects.get(event.handle)?.scanner == null) {
        return { kind: 'unknownObject' };
      }
      const report = readScanReport(event, configuration);
      if (report === null) {
        return { kind: 'malformed' };
      }
      if (report.refused > 0) {
        sink.onBadFrames(report.refused);
      }
      sink.onAlive();
      doubts.heard();
      streams.accept(report, event.handle, readAtNs);
      const meals = mealsOf(report.scans, configuration);
      for (const scan of report.scans) {
        const object = configuration.objects.get(scan.handle);
        if (object === undefined) {
          const percent = attributeValue(scan.attributes, ATTRIBUTE.battery, u16);
          if (percent !== null) {
            tellBattery(percent, readAtNs);
          }
          continue;
        }
        tellState(scan, object);
        tellScan(scan, object, meals, readAtNs);
      }
      return { kind: 'taken' };
    },
    onStored: ({ entry, segment, readAtNs }, configuration) => {
      const reading = nameOf({ entry, segment });
      for (const { handle, type, attributes } of entry.elements) {
        const known = configuration.objects.get(handle);
        const object = known === undefined ? undefined : { ...known, type: known.type ?? type };
        if (object === undefined) {
          sink.onBadFrames(1);
          continue;
        }
        readings.accept(
          { handle, person: segment.person, attributes },
          {
            object,
            origin: 'stored',
            reading,
            time: entry.time,
            readAtNs,
            flags: [],
          },
        );
      }
    },
    tellBattery,
  };
}

function timeOfEntry({ time, elements }: Entry): AbsoluteTime | null {
  return time ?? elements.map(timeOf).find((told) => told !== null) ?? null;
}

function timeOf({ attributes }: Pick<Scan, 'attributes'>): AbsoluteTime | null {
  return attributeValue(attributes, ATTRIBUTE.timeStamp, readAbsoluteTime);
}

/** Meal of each reading of a report: the two are objects of their own with the same time. */
function mealsOf(
  scans: readonly Scan[],
  configuration: Configuration,
): ReadonlyMap<string, MeasurementFlag> {
  const meals = new Map<string, MeasurementFlag>();
  for (const scan of scans) {
    const state = readEnumeration(scan.attributes);
    const type = configuration.objects.get(scan.handle)?.type ?? null;
    const flag = state === null ? null : mealFlag(type, state);
    if (flag !== null) {
      meals.set(timeOf(scan)?.text ?? '', flag);
    }
  }
  return meals;
}
