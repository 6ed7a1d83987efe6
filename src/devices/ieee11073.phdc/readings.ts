import type { MeasurementFlag } from '../../contracts/devices.ts';
import type { MeasurementName } from '../../contracts/measurements.ts';
import type { SampleSink, SourceMeasurement } from '../_sdk/adapter.ts';
import { attributeValue } from './attributes.ts';
import type { ConfigObject } from './configuration.ts';
import { GLUCOSE_MMOL } from './manifest.ts';
import type { AbsoluteTime, MderNumber, MderSpecial } from './mder.ts';
import { type Converted, convert, type Metric, metricOf } from './metrics.ts';
import { ATTRIBUTE } from './nomenclature.ts';
import { type Observed, readObservation } from './observation.ts';
import { u16 } from './reader.ts';
import type { Scan } from './scanReports.ts';

/** A continuous value that does not change is told again after so long: at least once a second. */
const REPEAT_NS = 500_000_000n;
/** Readings that are remembered, so that one that is sent again is not given twice. */
const MAX_REMEMBERED = 8_192;

export type ScanContext = {
  readonly object: ConfigObject;
  readonly origin: 'live' | 'stored';
  /** The same for all values of one reading; null: the time of each value tells. */
  readonly reading: string | null;
  /** Time of the entry that the values lie in, where they have none of their own. */
  readonly time: AbsoluteTime | null;
  readonly readAtNs: bigint;
  readonly flags: readonly MeasurementFlag[];
};

export type Readings = {
  accept(scan: Scan, context: ScanContext): void;
  /** Everything that is read from now on is given, whether it was given before or not. */
  forget(): void;
};

type Sink = Pick<SampleSink, 'onMeasurement' | 'onBadFrames'>;

/** Numbers of metric objects to measurements. */
export function createReadings(sink: Sink): Readings {
  /** Units that reports have changed, by handle. */
  const units = new Map<number, number>();
  const lastTold = new Map<MeasurementName, { readonly key: string; readonly atNs: bigint }>();
  const given = new Set<string>();

  function isNews(measurement: SourceMeasurement, continuous: boolean): boolean {
    const { name, value, site, reading, readAtNs } = measurement;
    const key = `${value} ${measurement.quality} ${measurement.unit ?? ''}`;
    if (continuous) {
      const last = lastTold.get(name);
      const news = last?.key !== key || readAtNs - last.atNs >= REPEAT_NS;
      if (news) {
        lastTold.set(name, { key, atNs: readAtNs });
      }
      return news;
    }
    const whole = `${reading} ${name} ${site ?? ''} ${key}`;
    if (given.has(whole)) {
      return false;
    }
    if (given.size >= MAX_REMEMBERED) {
      given.clear();
    }
    given.add(whole);
    return true;
  }

  function tell(
    observed: Observed,
    time: AbsoluteTime | null,
    scan: Scan,
    context: ScanContext,
  ): void {
    const metric = metricOf(observed.type, context.object.supplemental);
    if (metric === null) {
      return;
    }
    const converted = convert(metric.name, observed.number.value ?? 0, observed.unit);
    if (converted === null) {
      sink.onBadFrames(1);
      return;
    }
    const continuous = metric.continuous === true && context.origin === 'live';
    const judged = judge(observed.number, observed.status, converted.value);
    const isBeyond = judged.value !== null && isBeyondLiving(converted);
    // What was kept without a time must not pass for a reading of now.
    const isTimeless = context.origin === 'stored' && time === null;
    const isDoubtful = judged.quality === 'good' && (isBeyond || isTimeless);
    const measurement: SourceMeasurement = {
      name: metric.name,
      ...judged,
      quality: isDoubtful ? 'questionable' : judged.quality,
      ...(converted.unit === undefined ? {} : { unit: converted.unit }),
      ...(metric.site === undefined ? {} : { site: metric.site }),
      flags: flagsOf(observed, metric, isBeyond, context.flags),
      origin: context.origin,
      reading: continuous ? null : (context.reading ?? readingOf(time, scan, context.readAtNs)),
      deviceTime: time?.text ?? null,
      readAtNs: context.readAtNs,
    };
    if (isNews(measurement, continuous)) {
      sink.onMeasurement(measurement);
    }
  }

  return {
    accept: (scan, context) => {
      const { object } = context;
      const changed = attributeValue(scan.attributes, ATTRIBUTE.unit, u16);
      if (changed !== null) {
        units.set(object.handle, changed);
      }
      const unit = units.get(object.handle) ?? object.unit;
      const observation = readObservation(scan.attributes, object, unit);
      if (observation.refused > 0) {
        sink.onBadFrames(observation.refused);
      }
      const time = observation.time ?? context.time;
      for (const observed of observation.values) {
        tell(observed, time, scan, context);
      }
    },
    forget: () => given.clear(),
  };
}

function flagsOf(
  observed: Observed,
  metric: Metric,
  isBeyond: boolean,
  told: readonly MeasurementFlag[],
): readonly MeasurementFlag[] {
  return [
    ...specialFlags(observed),
    ...(isBeyond ? (['outOfRange'] as const) : []),
    ...(metric.control === true ? (['controlSolution'] as const) : []),
    ...(metric.name === 'glucose' ? told : []),
  ];
}

/** The session compares what is told in the table's unit; mmol/L is left to be judged here. */
function isBeyondLiving({ value, unit }: Converted): boolean {
  return unit === 'mmol/L' && (value < GLUCOSE_MMOL.lowest || value > GLUCOSE_MMOL.highest);
}

/** A reading is told by its own time: the same when the agent sends it again. */
function readingOf(time: AbsoluteTime | null, { person }: Scan, readAtNs: bigint): string {
  return `${time?.text ?? `read at ${readAtNs}`}#${person ?? 0}`;
}

/** MeasurementStatus (20601). */
const STATUS = {
  invalid: 0x8000,
  notAvailable: 0x2000,
  /** Test and demonstration data are nobody's. */
  notOfAPerson: 0x0800 | 0x0400,
  /** Questionable, calibration ongoing, early indication, measurement ongoing. */
  doubtful: 0x4000 | 0x1000 | 0x0040 | 0x0020,
} as const;

function judge(
  number: MderNumber,
  status: number,
  value: number,
): Pick<SourceMeasurement, 'value' | 'quality'> {
  if (number.value === null || status & STATUS.notAvailable) {
    return { value: null, quality: 'invalid' };
  }
  if (status & (STATUS.invalid | STATUS.notOfAPerson)) {
    return { value, quality: 'invalid' };
  }
  return { value, quality: status & STATUS.doubtful ? 'questionable' : 'good' };
}

const SPECIAL_FLAGS: Readonly<Record<MderSpecial, MeasurementFlag>> = {
  nan: 'notAvailable',
  notAtThisResolution: 'notAvailable',
  overRange: 'aboveDeviceRange',
  underRange: 'belowDeviceRange',
  reserved: 'deviceError',
};

function specialFlags({ number, status }: Observed): readonly MeasurementFlag[] {
  if (number.special !== null) {
    return [SPECIAL_FLAGS[number.special]];
  }
  return status & STATUS.notAvailable ? ['notAvailable'] : [];
}
