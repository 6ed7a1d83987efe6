/**
 * Every single value that a device can tell: its codes, unit and how it is written. A table, so that
 * adapters, screens and exporters name the same thing by the same row.
 *
 * `mdc`: decimal code of ISO/IEEE 11073-10101, partition included; null where none was found in a
 * public source. `loinc`: where a value leaves the house. `unit`: UCUM. `decimals`: as shown.
 */
export const MEASUREMENTS = {
  heartRate: { mdc: 147_842, loinc: '8867-4', unit: '/min', decimals: 0 },
  pulseRate: { mdc: 149_530, loinc: '8889-8', unit: '/min', decimals: 0 },
  /** By the cuff of a blood pressure monitor. */
  cuffPulseRate: { mdc: 149_546, loinc: '8867-4', unit: '/min', decimals: 0 },
  spo2: { mdc: 150_456, loinc: '59408-5', unit: '%', decimals: 0 },
  perfusionIndex: { mdc: 150_488, loinc: '61006-3', unit: '%', decimals: 2 },
  respirationRate: { mdc: 151_562, loinc: '9279-1', unit: '/min', decimals: 0 },
  bodyTemperature: { mdc: 150_364, loinc: '8310-5', unit: 'Cel', decimals: 1 },
  /** Of the skin: never taken for a core temperature. */
  skinTemperature: { mdc: 150_388, loinc: '39106-0', unit: 'Cel', decimals: 1 },
  systolicPressure: { mdc: 150_021, loinc: '8480-6', unit: 'mm[Hg]', decimals: 0 },
  diastolicPressure: { mdc: 150_022, loinc: '8462-4', unit: 'mm[Hg]', decimals: 0 },
  meanPressure: { mdc: 150_023, loinc: '8478-0', unit: 'mm[Hg]', decimals: 0 },
  bodyWeight: { mdc: 188_736, loinc: '29463-7', unit: 'kg', decimals: 1 },
  bodyHeight: { mdc: 188_740, loinc: '8302-2', unit: 'cm', decimals: 1 },
  bodyMassIndex: { mdc: 188_752, loinc: '39156-5', unit: 'kg/m2', decimals: 1 },
  /** In capillary whole blood; the unit is the device's own: mg/dL or mmol/L. */
  glucose: { mdc: 160_184, loinc: '32016-8', unit: 'mg/dL', decimals: 1 },
  fvc: { mdc: null, loinc: '19868-9', unit: 'L', decimals: 2 },
  fev05: { mdc: null, loinc: null, unit: 'L', decimals: 2 },
  fev1: { mdc: null, loinc: '20150-9', unit: 'L', decimals: 2 },
  fev1Ratio: { mdc: null, loinc: '19926-5', unit: '%', decimals: 1 },
  fev3: { mdc: null, loinc: null, unit: 'L', decimals: 2 },
  fev6: { mdc: null, loinc: null, unit: 'L', decimals: 2 },
  peakFlow: { mdc: 152_584, loinc: '19935-6', unit: 'L/min', decimals: 0 },
  peakExpiratoryFlow: { mdc: null, loinc: '33452-4', unit: 'L/s', decimals: 2 },
  fef25: { mdc: null, loinc: null, unit: 'L/s', decimals: 2 },
  fef50: { mdc: null, loinc: null, unit: 'L/s', decimals: 2 },
  fef75: { mdc: null, loinc: null, unit: 'L/s', decimals: 2 },
  fef2575: { mdc: null, loinc: null, unit: 'L/s', decimals: 2 },
  peakFlowTime: { mdc: null, loinc: null, unit: 's', decimals: 2 },
  extrapolatedVolume: { mdc: null, loinc: null, unit: 'L', decimals: 2 },
  electrodeImpedance: { mdc: null, loinc: null, unit: 'kOhm', decimals: 1 },
  battery: { mdc: 67_996, loinc: null, unit: '%', decimals: 0 },
} as const satisfies Record<
  string,
  {
    readonly mdc: number | null;
    readonly loinc: string | null;
    readonly unit: string;
    readonly decimals: number;
  }
>;

export type MeasurementName = keyof typeof MEASUREMENTS;
export const MEASUREMENT_NAMES = Object.keys(MEASUREMENTS) as [
  MeasurementName,
  ...MeasurementName[],
];

/** `MDC:<decimal>`, else `LOINC:<code>`, else the name itself as `CHARIOT:<name>`. */
export function codeOf(name: MeasurementName): string {
  const { mdc, loinc } = MEASUREMENTS[name];
  if (mdc !== null) {
    return `MDC:${mdc}`;
  }
  return loinc === null ? `CHARIOT:${name}` : `LOINC:${loinc}`;
}
