import { absoluteTime, join, type Numeric, sfloat, tenths, u16, u32, whole } from '../mder.ts';
import { ATTR, CLASS, METRIC, PARTITION, PROFILE, UNIT } from '../nomenclature.ts';
import { type ConfigObject, numericObject, typeCode, valueMap } from '../objects.ts';
import { type PmEntry, type PmSegment, type PmStore, storeObject } from '../pmStore.ts';
import { EXTENDED_CONFIG, type ProfileFactory } from './profile.ts';

const HOUR = 3_600_000;

/** Standard configuration 06A4 (11073-10417): one object, capillary whole blood. */
export function glucoseObject(unit: number): ConfigObject {
  return numericObject({
    handle: 1,
    type: METRIC.glucoseCapillary,
    spec: 0xf040,
    unit,
    map: [
      [ATTR.basicNumeric, 2],
      [ATTR.absoluteTimeStamp, 8],
    ],
  });
}

/**
 * Clock that a manager may set: real time clock, can be set, wants to be set; no synchronisation
 * (7936), accuracy unknown, resolution one second.
 */
const TIME_INFO = {
  id: ATTR.timeInfo,
  value: join(u16(0xc010, 7936), u32(0), u16(100, 0), u32(0)),
};

const COMMON = {
  specialisation: PROFILE.glucose,
  mdsExtra: [TIME_INFO],
  confirmed: true,
  intervalMs: 1000,
  afterwards: 'stay',
} as const;

const LIVE_MGDL = [104, 87];

/** Two measurements sent as they were taken; nothing stored can be told in this configuration. */
export const glucose: ProfileFactory = () => ({
  ...COMMON,
  configId: 0x06a4,
  manufacturer: 'Chariot emulators',
  model: 'Glucometer 06A4',
  objects: [glucoseObject(UNIT.mgPerDl)],
  report: (index, clockMs) => {
    const value = LIVE_MGDL[index];
    if (value === undefined) return undefined;
    const values = [
      { id: ATTR.basicNumeric, sfloat: whole(value) },
      { id: ATTR.absoluteTimeStamp, bytes: absoluteTime(clockMs) },
    ];
    return { form: 'fixed', groups: [{ person: 0, observations: [{ handle: 1, values }] }] };
  },
});

const GLUCOSE_ELEMENT = {
  class: CLASS.numeric,
  type: METRIC.glucoseCapillary,
  handle: 1,
  map: [[ATTR.basicNumeric, 2]],
} as const;

function stored(clockMs: number, values: readonly Numeric[]): PmEntry[] {
  const start = clockMs - values.length * 6 * HOUR;
  return values.map((value, i) => ({ clockMs: start + i * 6 * HOUR, values: sfloat(value) }));
}

/** mmol/L, to one decimal; what lies outside the range is an infinity. */
export const STORED_MMOL: readonly Numeric[] = [
  ...[5.2, 4.8, 7.9, 11.3].map(tenths),
  '+INF',
  ...[6.1, 3.4].map(tenths),
  '-INF',
  ...[5.5, 8.2, 6.7].map(tenths),
];
const CONTROL_MMOL = [7.1, 7.0, 7.2].map(tenths);

function mmolStore(clockMs: number): PmStore {
  const segment = (instance: number, label: string, values: readonly Numeric[]): PmSegment => ({
    instance,
    label,
    elements: [GLUCOSE_ELEMENT],
    entries: stored(clockMs, values),
  });
  const segments = [
    segment(0, 'Readings', STORED_MMOL),
    segment(1, 'Control solution', CONTROL_MMOL),
    segment(2, 'Empty', []),
  ];
  return { handle: 16, segments, entriesPerEvent: 4 };
}

/** Maker's own configuration with a store of three segments, one of them empty; mmol/L. */
export const glucoseStored: ProfileFactory = ({ clockMs }) => {
  const pmStore = mmolStore(clockMs);
  return {
    ...COMMON,
    configId: EXTENDED_CONFIG,
    manufacturer: 'Chariot emulators',
    model: 'Glucometer with store',
    objects: [glucoseObject(UNIT.mmolPerL), storeObject(pmStore)],
    pmStore,
    report: () => undefined,
  };
};

/** mg/dL with the status word that follows it; HI and LO are infinities. */
export const ROCHE_ENTRIES: readonly (readonly [Numeric, status: number])[] = [
  ...Array.from({ length: 25 }, (_, i) => [whole(80 + 7 * i), 0] as const),
  ['+INF', 0],
  ['-INF', 0],
  [whole(131), 0x4000],
];

/** 12 bytes an entry: time to the minute, value, status. */
function rocheStore(clockMs: number): PmStore {
  const start = Math.floor(clockMs / 60_000) * 60_000 - ROCHE_ENTRIES.length * HOUR;
  const entries = ROCHE_ENTRIES.map(([value, status], i) => ({
    clockMs: start + i * HOUR,
    values: join(sfloat(value), u16(status)),
  }));
  const status = {
    class: CLASS.enumeration,
    type: METER_STATUS,
    partition: PARTITION.phdDm,
    handle: 2,
    map: [[ATTR.enumBasicBits, 2]],
  } as const;
  const segment = { instance: 0, label: 'Readings', elements: [GLUCOSE_ELEMENT, status], entries };
  return { handle: 8, segments: [segment], entriesPerEvent: 10 };
}

/** MDC_GLU_METER_DEV_STATUS (11073-10417); not in the tables of open managers. */
const METER_STATUS = 29144;

function statusObject(): ConfigObject {
  return {
    class: CLASS.enumeration,
    handle: 2,
    attributes: [
      { id: ATTR.idType, value: typeCode(METER_STATUS, PARTITION.phdDm) },
      { id: ATTR.metricSpecSmall, value: u16(0xf040) },
      {
        id: ATTR.valueMap,
        value: valueMap([
          [ATTR.enumBasicBits, 2],
          [ATTR.absoluteTimeStamp, 8],
        ]),
      },
    ],
  };
}

/**
 * As the Accu-Chek meters are described by an open driver (tidepool-org/uploader,
 * lib/drivers/roche, BSD-2): configuration 4000, everything in segment 0 of the store.
 */
export const glucoseRoche: ProfileFactory = ({ clockMs }) => {
  const pmStore = rocheStore(clockMs);
  return {
    ...COMMON,
    configId: EXTENDED_CONFIG,
    manufacturer: 'Roche',
    model: '929',
    objects: [glucoseObject(UNIT.mgPerDl), statusObject(), storeObject(pmStore)],
    pmStore,
    report: () => undefined,
  };
};
