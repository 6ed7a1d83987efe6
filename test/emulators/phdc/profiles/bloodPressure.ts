import { absoluteTime, list, type Numeric, tenths, u16, whole } from '../mder.ts';
import { ATTR, CLASS, METRIC, PROFILE, UNIT } from '../nomenclature.ts';
import {
  type ConfigObject,
  numericObject,
  type Observation,
  typeCode,
  valueMap,
} from '../objects.ts';
import type { ProfileFactory } from './profile.ts';

/** Three values in one object: the structure says compound, the list says which. */
const COMPOUND = { id: ATTR.metricStructure, value: u16(0x0303) } as const;
const PARTS = {
  id: ATTR.metricIdList,
  value: list([METRIC.systolic, METRIC.diastolic, METRIC.mean].map((code) => u16(code))),
} as const;

/** Configuration 02BC as in the published example, accuracies included. */
export function bloodPressureObjects(): ConfigObject[] {
  return [
    {
      class: CLASS.numeric,
      handle: 1,
      attributes: [
        { id: ATTR.idType, value: typeCode(METRIC.pressure) },
        { id: ATTR.metricSpecSmall, value: u16(0xf040) },
        COMPOUND,
        PARTS,
        { id: ATTR.unit, value: u16(UNIT.mmHg) },
        { id: ATTR.accuracy, value: u16(0xfa1e, 0x8480) },
        {
          id: ATTR.valueMap,
          value: valueMap([
            [ATTR.basicCompound, 10],
            [ATTR.absoluteTimeStamp, 8],
          ]),
        },
      ],
    },
    numericObject({
      handle: 2,
      type: METRIC.pulseNibp,
      spec: 0xf040,
      unit: UNIT.bpm,
      after: [{ id: ATTR.accuracy, value: u16(0xfa0f, 0x4240) }],
      map: [
        [ATTR.basicNumeric, 2],
        [ATTR.absoluteTimeStamp, 8],
      ],
    }),
  ];
}

type Measured = { readonly mmHg: readonly [number, number, number]; readonly pulse: number };

const MEASURED: readonly Measured[] = [
  { mmHg: [120, 80, 100], pulse: 60 },
  { mmHg: [147, 91, 110], pulse: 84.5 },
  { mmHg: [98, 61, 74], pulse: 71 },
];

function observations({ mmHg, pulse }: Measured, stamp: Uint8Array): Observation[] {
  const time = { id: ATTR.absoluteTimeStamp, bytes: stamp };
  const parts: Numeric[] = mmHg.map(whole);
  return [
    { handle: 1, values: [{ id: ATTR.basicCompound, compound: parts }, time] },
    { handle: 2, values: [{ id: ATTR.basicNumeric, sfloat: tenths(pulse) }, time] },
  ];
}

const COMMON = {
  specialisation: PROFILE.bloodPressure,
  configId: 0x02bc,
  manufacturer: 'Chariot emulators',
  objects: bloodPressureObjects(),
  confirmed: true,
  intervalMs: 1000,
  afterwards: 'stay',
} as const;

/** Three measurements, one a second, as if the cuff had been used before it was plugged in. */
export const bloodPressure: ProfileFactory = () => ({
  ...COMMON,
  model: 'BPM 02BC',
  report: (index, clockMs) => {
    const measured = MEASURED[index];
    if (measured === undefined) return undefined;
    const group = { person: 0, observations: observations(measured, absoluteTime(clockMs)) };
    return { form: 'fixed', groups: [group] };
  },
});

/** The same, of two persons in one report: first by map, then with attributes spelled out. */
export const bloodPressureMulti: ProfileFactory = () => ({
  ...COMMON,
  model: 'BPM 02BC family',
  report: (index, clockMs) => {
    if (index > 1) return undefined;
    const groups = [1, 2].map((person) => {
      const measured = MEASURED[person - 1 + index] ?? { mmHg: [0, 0, 0], pulse: 0 };
      return { person, observations: observations(measured, absoluteTime(clockMs)) };
    });
    return { form: index === 0 ? 'mpFixed' : 'mpVar', groups };
  },
});
