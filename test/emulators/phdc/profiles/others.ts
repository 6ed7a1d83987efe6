import { absoluteTime, type Numeric, tenths, u16, whole } from '../mder.ts';
import { ATTR, METRIC, PROFILE, UNIT } from '../nomenclature.ts';
import { numericObject, type Observation, typeCode } from '../objects.ts';
import { EXTENDED_CONFIG, type ProfileFactory } from './profile.ts';

const COMMON = {
  configId: EXTENDED_CONFIG,
  manufacturer: 'Chariot emulators',
  confirmed: true,
  intervalMs: 1000,
  afterwards: 'stay',
} as const;

const CELSIUS = [36.7, 38.4, 35.9];

/** Body temperature, three measurements (11073-10408 as a maker's own configuration). */
export const thermometer: ProfileFactory = () => ({
  ...COMMON,
  specialisation: PROFILE.thermometer,
  model: 'Thermometer extended',
  objects: [
    numericObject({
      handle: 1,
      type: METRIC.temperatureBody,
      spec: 0xf040,
      unit: UNIT.celsius,
      map: [
        [ATTR.simpleNumeric, 4],
        [ATTR.absoluteTimeStamp, 8],
      ],
    }),
  ],
  report: (index, clockMs) => {
    const celsius = CELSIUS[index];
    if (celsius === undefined) return undefined;
    const values = [
      { id: ATTR.simpleNumeric, float: tenths(celsius) },
      { id: ATTR.absoluteTimeStamp, bytes: absoluteTime(clockMs) },
    ];
    return { form: 'fixed', groups: [{ person: 0, observations: [{ handle: 1, values }] }] };
  },
});

/** L/min and L. */
const BLOWS: readonly (readonly [pef: Numeric, fev1: Numeric])[] = [
  [whole(412), { value: 3.21, decimals: 2 }],
  [whole(455), { value: 3.52, decimals: 2 }],
  [whole(448), { value: 3.47, decimals: 2 }],
];
const BLOW_MAP = [
  [ATTR.basicNumeric, 2],
  [ATTR.absoluteTimeStamp, 8],
] as const;

/**
 * Peak flow and FEV1 of three blows (11073-10421 as a maker's own configuration), in variable
 * reports that name type and unit beside the value.
 */
export const peakFlow: ProfileFactory = () => ({
  ...COMMON,
  specialisation: PROFILE.peakFlow,
  model: 'Peak flow meter extended',
  objects: [
    numericObject({
      handle: 1,
      type: METRIC.pefr,
      spec: 0xf040,
      unit: UNIT.litrePerMinute,
      map: BLOW_MAP,
    }),
    numericObject({ handle: 2, type: METRIC.fev1, spec: 0xf040, unit: UNIT.litre, map: BLOW_MAP }),
  ],
  report: (index, clockMs) => {
    const blow = BLOWS[index];
    if (blow === undefined) return undefined;
    const stamp = { id: ATTR.absoluteTimeStamp, bytes: absoluteTime(clockMs) };
    const kinds = [
      [METRIC.pefr, UNIT.litrePerMinute],
      [METRIC.fev1, UNIT.litre],
    ] as const;
    const observations: Observation[] = kinds.map(([type, unit], i) => ({
      handle: i + 1,
      values: [
        { id: ATTR.idType, bytes: typeCode(type) },
        { id: ATTR.unit, bytes: u16(unit) },
        { id: ATTR.basicNumeric, sfloat: blow[i] ?? 'NaN' },
        stamp,
      ],
    }));
    return { form: 'var', groups: [{ person: 0, observations }] };
  },
});
