import type { MeasurementFlag } from '../../contracts/devices.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import type { StreamDecoder } from '../_sdk/liveSource.ts';
import { createLiveValues, type LiveValues } from '../_sdk/liveValues.ts';
import { createQualityTeller } from '../_sdk/qualityTeller.ts';
import type { HostTime } from '../_sdk/time.ts';
import { parseReport, type ScaleReport, type ScaleStatus } from './protocol.ts';

const CAUSES = ['artifact', 'saturated', 'uncalibrated'] as const;
const MOVING = 1 << 0;
const OVERLOADED = 1 << 1;
const ZERO_IS_WRONG = 1 << 2;

const DOUBTS: Readonly<Record<ScaleStatus, number>> = {
  fault: 0,
  zero: 0,
  moving: MOVING,
  stable: 0,
  underZero: ZERO_IS_WRONG,
  overLimit: OVERLOADED,
  needsCalibration: ZERO_IS_WRONG,
  needsZero: ZERO_IS_WRONG,
};

/** Somebody waits for a value and will get none: that is told once, with the reason. */
const NO_VALUE: Readonly<Partial<Record<ScaleStatus, MeasurementFlag>>> = {
  fault: 'deviceError',
  overLimit: 'aboveDeviceRange',
};

/** Longer than scales that repeat themselves take to do so. */
const UNCONTRADICTED_MS = 600;

type Stable = Pick<ScaleReport, 'shown' | 'unit' | 'kg'>;

/**
 * A weight is believed when a second report in a row says the same, or none follows: some scales tell
 * changes only. One report alone is not enough, for there is no checksum, and the first one after
 * opening may be of the weighing before (so github.com/erjiang/usbscale, which passes it by).
 */
function createBelief(time: Pick<HostTime, 'after'>, values: LiveValues) {
  let believed: string | null = null;
  let pending: string | null = null;
  let cancel: () => void = () => undefined;

  function drop(): void {
    cancel();
    pending = null;
  }
  function believe(key: string, kg: number | null, readAtNs: bigint): void {
    drop();
    believed = key;
    values.tell('bodyWeight', kg, readAtNs);
  }
  return {
    hear: ({ shown, unit, kg }: Stable, readAtNs: bigint): void => {
      const key = `${shown} ${unit}`;
      if (key === believed || key === pending) {
        believe(key, kg, readAtNs);
        return;
      }
      drop();
      pending = key;
      cancel = time.after(UNCONTRADICTED_MS, () => believe(key, kg, readAtNs));
    },
    drop,
    /** Whatever comes next is another weighing. */
    end: (): void => {
      drop();
      believed = null;
      values.reset();
    },
  };
}

/**
 * Reports to weights. Only what the scale calls stable is a value; the empty scale has none (zero is
 * nobody's weight), nor has one that is below zero: as somebody steps off it swings there, and must
 * not take the place of what was just weighed.
 */
export function createWeighing(
  sink: Pick<SampleSink, 'onMeasurement' | 'onQuality' | 'onBadFrames' | 'onAlive'>,
  time: Pick<HostTime, 'after'>,
): StreamDecoder {
  const belief = createBelief(time, createLiveValues(sink));
  const quality = createQualityTeller(sink, CAUSES);
  let last: ScaleStatus | null = null;

  function tell(report: ScaleReport, readAtNs: bigint): void {
    const { status, shown } = report;
    if (status === 'stable' && shown > 0) {
      belief.hear(report, readAtNs);
      return;
    }
    belief.end();
    const flag = status === last ? undefined : NO_VALUE[status];
    if (flag !== undefined) {
      sink.onMeasurement({
        name: 'bodyWeight',
        value: null,
        quality: 'invalid',
        flags: [flag],
        origin: 'live',
        reading: null,
        deviceTime: null,
        readAtNs,
      });
    }
  }

  return {
    push: (bytes, readAtNs) => {
      const report = parseReport(bytes);
      if (report === null) {
        sink.onBadFrames(1);
        return;
      }
      sink.onAlive();
      quality.tell(DOUBTS[report.status]);
      tell(report, readAtNs);
      last = report.status;
    },
    flush: belief.drop,
    reset: () => {
      belief.end();
      quality.reset();
      last = null;
    },
  };
}
