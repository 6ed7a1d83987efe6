import { absoluteTime, type Numeric, tenths, u16 } from '../mder.ts';
import { ATTR, METRIC, PROFILE, UNIT } from '../nomenclature.ts';
import { type ConfigObject, numericObject, type Value } from '../objects.ts';
import type { ProfileFactory } from './profile.ts';

const STAMPED = [
  [ATTR.simpleNumeric, 4],
  [ATTR.absoluteTimeStamp, 8],
] as const;

/** Mass, height (entered by hand) and body mass index (computed from mass, handle 1), as in 05DC. */
export function scaleObjects(): ConfigObject[] {
  const computedFrom = { id: 0x0a47, value: u16(1) };
  return [
    numericObject({ handle: 1, type: METRIC.massBody, spec: 0xf040, unit: UNIT.kg, map: STAMPED }),
    numericObject({ handle: 2, type: METRIC.height, spec: 0xf048, unit: UNIT.cm, map: STAMPED }),
    numericObject({
      handle: 3,
      type: METRIC.bmi,
      spec: 0xf042,
      unit: UNIT.kgPerM2,
      after: [computedFrom],
      map: STAMPED,
    }),
  ];
}

/** kg and kg/m2. */
const WEIGHED = [
  [76.2, 24.3],
  [76, 24.2],
] as const;

/** Two weighings, then the scale takes its leave, as scales do. */
export const scale: ProfileFactory = () => ({
  specialisation: PROFILE.scale,
  configId: 0x05dc,
  manufacturer: 'Chariot emulators',
  model: 'Scale 05DC',
  objects: scaleObjects(),
  confirmed: true,
  intervalMs: 1000,
  afterwards: 'release',
  report: (index, clockMs) => {
    const weighed = WEIGHED[index];
    if (weighed === undefined) return undefined;
    const values = (value: Numeric): Value[] => [
      { id: ATTR.simpleNumeric, float: value },
      { id: ATTR.absoluteTimeStamp, bytes: absoluteTime(clockMs) },
    ];
    const observations = [
      { handle: 1, values: values(tenths(weighed[0])) },
      { handle: 3, values: values(tenths(weighed[1])) },
    ];
    return { form: 'fixed', groups: [{ person: 0, observations }] };
  },
});
