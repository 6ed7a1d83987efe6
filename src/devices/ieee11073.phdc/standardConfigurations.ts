import type { ValueMap } from './attributes.ts';
import type { ConfigObject, Configuration } from './configuration.ts';
import { ATTRIBUTE, OBJECT_CLASS, PARTITION } from './nomenclature.ts';

/*
 * What an agent with one of these configuration ids means without saying it. Sources: the example
 * configuration reports of 0190, 02BC, 05DC of IEEE 11073-20601 annex H and the standard configurations
 * of the Antidote library (0190, 0191, 06A4). Where the two differ (0190: value with or without time
 * stamp), both layouts are known, and the length of a report tells which it is.
 */
const TIME = { id: ATTRIBUTE.timeStamp, length: 8 };
const BASIC = { id: ATTRIBUTE.basicValue, length: 2 };
const SIMPLE = { id: ATTRIBUTE.simpleValue, length: 4 };

type Numeric = {
  readonly handle: number;
  readonly code: number;
  readonly unit: number;
  readonly maps: readonly ValueMap[];
  readonly parts?: readonly number[];
};

function configuration(id: number, numerics: readonly Numeric[]): Configuration {
  const objects = numerics.map(
    ({ handle, code, unit, maps, parts }): ConfigObject => ({
      objectClass: OBJECT_CLASS.numeric,
      handle,
      type: { partition: PARTITION.scada, code },
      supplemental: [],
      unit,
      metricIds: parts ?? [],
      valueMaps: maps,
      sampleArray: null,
      scanner: null,
      store: null,
    }),
  );
  return { id, objects: new Map(objects.map((object) => [object.handle, object])) };
}

const PERCENT = 544;
const BEATS_PER_MINUTE = 2720;

const OXIMETER: readonly Numeric[] = [
  { handle: 1, code: 19384, unit: PERCENT, maps: [[BASIC, TIME], [BASIC]] },
  { handle: 10, code: 18458, unit: BEATS_PER_MINUTE, maps: [[BASIC, TIME], [BASIC]] },
];

const BLOOD_PRESSURE: readonly Numeric[] = [
  {
    handle: 1,
    code: 18948,
    unit: 3872,
    parts: [18949, 18950, 18951],
    maps: [[{ id: ATTRIBUTE.basicCompound, length: 10 }, TIME]],
  },
  { handle: 2, code: 18474, unit: BEATS_PER_MINUTE, maps: [[BASIC, TIME]] },
];

const SCALE: readonly Numeric[] = [
  { handle: 1, code: 57664, unit: 1731, maps: [[SIMPLE, TIME]] },
  { handle: 2, code: 57668, unit: 1297, maps: [[SIMPLE, TIME]] },
  { handle: 3, code: 57680, unit: 1952, maps: [[SIMPLE, TIME]] },
];

const GLUCOSE: readonly Numeric[] = [{ handle: 1, code: 29112, unit: 2130, maps: [[BASIC, TIME]] }];

const STANDARD: ReadonlyMap<number, Configuration> = new Map(
  [
    configuration(0x0190, OXIMETER),
    configuration(0x0191, OXIMETER),
    configuration(0x02bc, BLOOD_PRESSURE),
    configuration(0x05dc, SCALE),
    configuration(0x06a4, GLUCOSE),
  ].map((known) => [known.id, known]),
);

export function standardConfiguration(id: number): Configuration | null {
  return STANDARD.get(id) ?? null;
}
