import { gaussianAt } from '../../random.ts';
import { absoluteTime, list, whole } from '../mder.ts';
import { ATTR, METRIC, PROFILE, UNIT } from '../nomenclature.ts';
import { type ConfigObject, numericObject, type Observation, typeCode } from '../objects.ts';
import { EXTENDED_CONFIG, type ProfileFactory } from './profile.ts';

const STAMPED = [
  [ATTR.basicNumeric, 2],
  [ATTR.absoluteTimeStamp, 8],
] as const;
const BY_STAMP = [
  [ATTR.basicNumeric, 2],
  [ATTR.dateTime, 8],
] as const;
const SPO2 = { handle: 1, type: METRIC.spo2, unit: UNIT.percent } as const;
const PULSE = { handle: 10, type: METRIC.pulseOximeter, unit: UNIT.bpm } as const;

function oximeterObjects(): ConfigObject[] {
  return [
    numericObject({ ...SPO2, spec: 0x40c0, map: STAMPED }),
    numericObject({ ...PULSE, spec: 0x40c0, map: STAMPED }),
  ];
}

/** As in the published configuration 0191: supplemental type "spot check" behind the map. */
export function oximeterExtendedObjects(): ConfigObject[] {
  const spot = { id: ATTR.supplementalTypes, value: list([typeCode(METRIC.modalitySpot)]) };
  return [SPO2, PULSE].map((one) => {
    const object = numericObject({ ...one, spec: 0x4040, map: BY_STAMP });
    return { ...object, attributes: [...object.attributes, spot] };
  });
}

/** SpO2 around 97 %, pulse around 72, both whole numbers as oximeters show them. */
function observationsAt(seed: number, index: number, stamp: Uint8Array): Observation[] {
  const spo2 = Math.min(100, Math.round(97 + 0.6 * gaussianAt(seed, 1, index)));
  const pulse = Math.round(72 + 2 * gaussianAt(seed, 2, index));
  const values = [
    [SPO2.handle, spo2],
    [PULSE.handle, pulse],
  ] as const;
  return values.map(([handle, value]) => ({
    handle,
    values: [
      { id: ATTR.basicNumeric, sfloat: whole(value) },
      { id: ATTR.absoluteTimeStamp, bytes: stamp },
    ],
  }));
}

const COMMON = {
  specialisation: PROFILE.pulseOximeter,
  manufacturer: 'Chariot emulators',
  intervalMs: 1000,
  afterwards: 'stay',
} as const;

/** Standard configuration 0190: both values once a second, each report confirmed. */
export const oximeter: ProfileFactory = ({ seed }) => ({
  ...COMMON,
  configId: 0x0190,
  model: 'Oximeter 0190',
  objects: oximeterObjects(),
  confirmed: true,
  report: (index, clockMs) => ({
    form: 'fixed',
    groups: [{ person: 0, observations: observationsAt(seed, index, absoluteTime(clockMs)) }],
  }),
});

/** A configuration no manager knows, and reports that nobody confirms; each fifth is variable. */
export const oximeterExtended: ProfileFactory = ({ seed }) => ({
  ...COMMON,
  configId: EXTENDED_CONFIG,
  model: 'Oximeter extended',
  objects: oximeterObjects(),
  confirmed: false,
  report: (index, clockMs) => ({
    form: index % 5 === 4 ? 'var' : 'fixed',
    groups: [{ person: 0, observations: observationsAt(seed, index, absoluteTime(clockMs)) }],
  }),
});
