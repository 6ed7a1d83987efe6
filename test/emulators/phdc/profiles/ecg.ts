import { createEcgModel, DEFAULT_ECG_MODEL } from '../../ecg/dynamicalModel.ts';
import { MEASURED_LEADS } from '../../ecg/leads.ts';
import { absoluteTime, float, join, octets, u8, u16, u32, whole } from '../mder.ts';
import { ATTR, CLASS, METRIC, PROFILE, UNIT } from '../nomenclature.ts';
import {
  type ConfigObject,
  numericObject,
  type Observation,
  typeCode,
  valueMap,
} from '../objects.ts';
import { EXTENDED_CONFIG, type ProfileFactory } from './profile.ts';

export const ECG_RATE_HZ = 250;
export const ECG_BLOCK = 125;
const BLOCK_MS = (ECG_BLOCK * 1000) / ECG_RATE_HZ;
/** RelativeTime counts eighths of a millisecond. */
const TICKS_PER_MS = 8;
const SAMPLE_TICKS = (1000 / ECG_RATE_HZ) * TICKS_PER_MS;
/** 12 bits over -5.12 to +5.1175 mV: 2.5 uV a count, zero at 2048. */
export const ECG_RANGE = { lowMv: -5.12, highMv: 5.1175, counts: 4095 } as const;

/** Array size, sample size and significant bits, smooth curve on a static scale. */
const SPECIFICATION = join(u16(ECG_BLOCK), u8(16, 12), u16(0xa000));
const RANGE = join(
  float({ value: ECG_RANGE.lowMv, decimals: 2 }),
  float({ value: ECG_RANGE.highMv, decimals: 4 }),
  u16(0, ECG_RANGE.counts),
);
const ARRAY_LENGTH = 2 + 2 * ECG_BLOCK;
const LEADS = [
  { handle: 1, type: METRIC.ecgLeadI, lead: 'I' },
  { handle: 2, type: METRIC.ecgLeadII, lead: 'II' },
] as const;

function leadObject(handle: number, type: number): ConfigObject {
  const attributes = [
    { id: ATTR.idType, value: typeCode(type) },
    // Periodic, sent by the agent, measured.
    { id: ATTR.metricSpecSmall, value: u16(0x0040) },
    { id: ATTR.unit, value: u16(UNIT.millivolt) },
    { id: ATTR.saSpecification, value: SPECIFICATION },
    { id: ATTR.scaleRange16, value: RANGE },
    { id: ATTR.samplePeriod, value: u32(SAMPLE_TICKS) },
    {
      id: ATTR.valueMap,
      value: valueMap([
        [ATTR.simpleSampleArray, ARRAY_LENGTH],
        [ATTR.relativeTimeStamp, 4],
      ]),
    },
  ];
  return { class: CLASS.rtSa, handle, attributes };
}

export function ecgCounts(microvolts: number): number {
  const span = (ECG_RANGE.highMv - ECG_RANGE.lowMv) * 1000;
  const counts = Math.round(((microvolts - ECG_RANGE.lowMv * 1000) / span) * ECG_RANGE.counts);
  return Math.min(ECG_RANGE.counts, Math.max(0, counts));
}

/**
 * Basic ECG (11073-10406) as a maker's own configuration: leads I and II as sample arrays of half a
 * second, unconfirmed, and the heart rate with each. The first report spells out what the samples
 * mean; the following ones rely on the value map.
 */
export const ecg: ProfileFactory = ({ seed }) => {
  const source = createEcgModel({ ...DEFAULT_ECG_MODEL, seed });
  const microvolts = new Float64Array(MEASURED_LEADS.length);
  const arrays = (index: number): Uint8Array[] => {
    const counts = LEADS.map(() => [] as number[]);
    for (let i = 0; i < ECG_BLOCK; i += 1) {
      source.at((index * ECG_BLOCK + i) / ECG_RATE_HZ, microvolts);
      for (const [j, { lead }] of LEADS.entries()) {
        counts[j]?.push(ecgCounts(microvolts[MEASURED_LEADS.indexOf(lead)] ?? 0));
      }
    }
    return counts.map((values) => octets(u16(...values)));
  };
  return {
    specialisation: PROFILE.ecg,
    configId: EXTENDED_CONFIG,
    manufacturer: 'Chariot emulators',
    model: 'Basic ECG extended',
    objects: [
      ...LEADS.map(({ handle, type }) => leadObject(handle, type)),
      numericObject({
        handle: 3,
        type: METRIC.heartRate,
        spec: 0x0040,
        unit: UNIT.bpm,
        map: [
          [ATTR.basicNumeric, 2],
          [ATTR.absoluteTimeStamp, 8],
        ],
      }),
    ],
    confirmed: false,
    intervalMs: BLOCK_MS,
    report: (index, clockMs) => {
      const meaning = [
        { id: ATTR.saSpecification, bytes: SPECIFICATION },
        { id: ATTR.scaleRange16, bytes: RANGE },
        { id: ATTR.samplePeriod, bytes: u32(SAMPLE_TICKS) },
      ];
      const samples = arrays(index);
      const observations: Observation[] = LEADS.map(({ handle }, i) => ({
        handle,
        values: [
          ...(index === 0 ? meaning : []),
          { id: ATTR.simpleSampleArray, bytes: samples[i] ?? new Uint8Array(0) },
          { id: ATTR.relativeTimeStamp, bytes: u32(index * BLOCK_MS * TICKS_PER_MS) },
        ],
      }));
      const rate = [
        { id: ATTR.basicNumeric, sfloat: whole(DEFAULT_ECG_MODEL.heartRateBpm) },
        { id: ATTR.absoluteTimeStamp, bytes: absoluteTime(clockMs) },
      ];
      observations.push({ handle: 3, values: rate });
      return {
        form: index === 0 ? 'var' : 'fixed',
        groups: [{ person: 0, observations }],
      };
    },
    afterwards: 'stay',
  };
};
