import type { MeasurementFlag } from '../../contracts/devices.ts';
import type { MeasurementName } from '../../contracts/measurements.ts';
import type { SampleSink } from './adapter.ts';

/** A value that stands still is told again after so long: whoever looks knows that it is of now. */
const AGAIN_NS = 1_000_000_000n;
const NONE: readonly MeasurementFlag[] = [];
const NOT_AVAILABLE: readonly MeasurementFlag[] = ['notAvailable'];

type Told = {
  value: number | null;
  flags: readonly MeasurementFlag[];
  againAtNs: bigint;
};

/** Values that ride in every frame of a live stream: told when they change, and each second. */
export type LiveValues = {
  /**
   * @param value in the unit of the row of MEASUREMENTS; null: the device says that it has none.
   * @param doubt why the device itself doubts it. A constant: compared by identity.
   */
  readonly tell: (
    name: MeasurementName,
    value: number | null,
    readAtNs: bigint,
    doubt?: readonly MeasurementFlag[],
  ) => void;
  /** The next value is told whatever it is. */
  readonly reset: () => void;
};

export function createLiveValues(sink: Pick<SampleSink, 'onMeasurement'>): LiveValues {
  const told = new Map<MeasurementName, Told>();
  return {
    tell: (name, value, readAtNs, doubt = NONE) => {
      const flags = value === null ? NOT_AVAILABLE : doubt;
      const before = told.get(name);
      if (before === undefined) {
        told.set(name, { value, flags, againAtNs: readAtNs + AGAIN_NS });
      } else if (before.value === value && before.flags === flags && readAtNs < before.againAtNs) {
        return;
      } else {
        before.value = value;
        before.flags = flags;
        before.againAtNs = readAtNs + AGAIN_NS;
      }
      sink.onMeasurement({
        name,
        value,
        quality: value === null ? 'invalid' : flags.length > 0 ? 'questionable' : 'good',
        flags,
        origin: 'live',
        reading: null,
        deviceTime: null,
        readAtNs,
      });
    },
    reset: () => told.clear(),
  };
}
