/** What a Go Direct device says about one of its sensors. */
export type Sensor = {
  readonly number: number;
  readonly id: number;
  readonly description: string;
  readonly unit: string;
  readonly type: 'real' | 'int32';
  readonly aperiodic: boolean;
  readonly uncertainty: number;
  readonly min: number;
  readonly max: number;
  readonly minPeriodUs: number;
  readonly maxPeriodUs: number;
  readonly typicalPeriodUs: number;
  readonly granularityUs: number;
  /** Mask of sensors that cannot run beside this one. */
  readonly excludes: number;
};

const PERIODIC = {
  type: 'real',
  aperiodic: false,
  minPeriodUs: 10_000,
  maxPeriodUs: 60_000_000,
  typicalPeriodUs: 10_000,
  granularityUs: 1000,
  excludes: 0,
} as const;

/**
 * The vendor publishes quantities and units (flow in L/s up to 10 L/s either way, volume in L), not
 * numbers or ids: those are our own, and a driver must read them from the device. The counters of
 * breaths and of peak flow are there so that both aperiodic kinds of message occur.
 */
export const SENSORS: readonly Sensor[] = [
  {
    ...PERIODIC,
    number: 1,
    id: 0x0161,
    description: 'Flow Rate',
    unit: 'L/s',
    uncertainty: 0.01,
    min: -10,
    max: 10,
  },
  {
    ...PERIODIC,
    number: 2,
    id: 0x0162,
    description: 'Volume',
    unit: 'L',
    uncertainty: 0.01,
    min: -10,
    max: 10,
  },
  {
    ...PERIODIC,
    number: 3,
    id: 0x0163,
    description: 'Breath Count',
    unit: '',
    type: 'int32',
    aperiodic: true,
    uncertainty: 0,
    min: 0,
    max: 100_000,
  },
  {
    ...PERIODIC,
    number: 4,
    id: 0x0164,
    description: 'Peak Expiratory Flow',
    unit: 'L/s',
    aperiodic: true,
    uncertainty: 0.05,
    min: 0,
    max: 16,
  },
];

export const DEFAULT_MASK = 0b110;

export function maskOf(sensors: readonly Sensor[]): number {
  return sensors.reduce((mask, sensor) => mask | (1 << sensor.number), 0);
}
