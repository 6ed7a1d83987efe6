import {
  type Attribute,
  attributeValue,
  readAttributes,
  readValueMap,
  type ValueMap,
} from './attributes.ts';
import { readFloat, readRelativeMs } from './mder.ts';
import { ATTRIBUTE, OBJECT_CLASS } from './nomenclature.ts';
import { isExhausted, list, type Reader, readerOf, u8, u16, u32 } from './reader.ts';

export type TypeCode = { readonly partition: number; readonly code: number };

/** How a sample array is packed and what its counts mean. */
export type SampleArray = {
  readonly periodMs: number;
  readonly samples: number;
  readonly bytesPerSample: 1 | 2 | 4;
  readonly signed: boolean;
  /** Physical value at `lower` and `upper` counts, in the object's unit. */
  readonly scale: {
    readonly lowerValue: number;
    readonly upperValue: number;
    readonly lower: number;
    readonly upper: number;
  };
};

export type Scanner = {
  readonly enabled: boolean;
  readonly confirmed: boolean;
  readonly map: readonly { readonly handle: number; readonly values: ValueMap }[];
};

export type Store = {
  readonly segments: number | null;
  readonly transferTimeoutMs: number | null;
  readonly clearTimeoutMs: number | null;
};

/** One object of an agent: a metric, a scanner or a store. */
export type ConfigObject = {
  readonly objectClass: number;
  readonly handle: number;
  readonly type: TypeCode | null;
  /** Further kinds of the same metric: fast, spot, slow. */
  readonly supplemental: readonly TypeCode[];
  /** Code of MDC_PART_DIM. */
  readonly unit: number | null;
  /** Codes of the parts of a compound value, in order. */
  readonly metricIds: readonly number[];
  /** Layouts of a fixed report; they differ in length. Empty: reported with attribute ids only. */
  readonly valueMaps: readonly ValueMap[];
  readonly sampleArray: SampleArray | null;
  readonly scanner: Scanner | null;
  readonly store: Store | null;
};

export type Configuration = {
  readonly id: number;
  readonly objects: ReadonlyMap<number, ConfigObject>;
};

/** @param info of a configuration event. @returns null where the report contradicts itself. */
export function readConfigReport(info: Uint8Array): Configuration | null {
  const reader = readerOf(info);
  const id = u16(reader);
  const objects = list(reader, readObject);
  const handles = new Map(objects.map((object) => [object.handle, object]));
  return isExhausted(reader) && handles.size === objects.length ? { id, objects: handles } : null;
}

function readObject(reader: Reader): ConfigObject {
  const objectClass = u16(reader);
  const handle = u16(reader);
  const attributes = readAttributes(reader);
  const map = attributeValue(attributes, ATTRIBUTE.valueMap, readValueMap);
  return {
    objectClass,
    handle,
    type: attributeValue(attributes, ATTRIBUTE.type, readType),
    supplemental:
      attributeValue(attributes, ATTRIBUTE.supplementalTypes, (inner) => list(inner, readType)) ??
      [],
    unit: attributeValue(attributes, ATTRIBUTE.unit, u16),
    metricIds: attributeValue(attributes, ATTRIBUTE.metricIds, (inner) => list(inner, u16)) ?? [],
    valueMaps: map === null ? [] : [map],
    sampleArray: objectClass === OBJECT_CLASS.sampleArray ? readSampleArray(attributes) : null,
    scanner: readScanner(objectClass, attributes),
    store: objectClass === OBJECT_CLASS.pmStore ? readStore(attributes) : null,
  };
}

export function readType(reader: Reader): TypeCode {
  return { partition: u16(reader), code: u16(reader) };
}

function readScanner(objectClass: number, attributes: readonly Attribute[]): Scanner | null {
  if (
    objectClass !== OBJECT_CLASS.episodicScanner &&
    objectClass !== OBJECT_CLASS.periodicScanner
  ) {
    return null;
  }
  const entry = (inner: Reader) => ({ handle: u16(inner), values: readValueMap(inner) });
  return {
    enabled: attributeValue(attributes, ATTRIBUTE.operationalState, u16) === 1,
    confirmed: attributeValue(attributes, ATTRIBUTE.confirmMode, u16) === 1,
    map: attributeValue(attributes, ATTRIBUTE.scannerMap, (inner) => list(inner, entry)) ?? [],
  };
}

function readStore(attributes: readonly Attribute[]): Store {
  return {
    segments: attributeValue(attributes, ATTRIBUTE.segmentCount, u16),
    transferTimeoutMs: attributeValue(attributes, ATTRIBUTE.transferTimeout, readRelativeMs),
    clearTimeoutMs: attributeValue(attributes, ATTRIBUTE.clearTimeout, readRelativeMs),
  };
}

/** significant-bits of samples with a sign (SaSpec). */
const SIGNED = 255;

function readSampleArray(attributes: readonly Attribute[]): SampleArray | null {
  const periodMs = attributeValue(attributes, ATTRIBUTE.samplePeriod, readRelativeMs);
  const spec = attributeValue(attributes, ATTRIBUTE.sampleSpec, (inner) => ({
    samples: u16(inner),
    bits: u8(inner),
    significant: u8(inner),
    flags: u16(inner),
  }));
  if (periodMs === null || !(periodMs > 0) || spec === null || spec.samples === 0) {
    return null;
  }
  const bytesPerSample = sampleBytes(spec.bits);
  const signed = spec.significant === SIGNED;
  const scale = readScale(attributes, signed);
  return bytesPerSample === null || scale === null
    ? null
    : { periodMs, samples: spec.samples, bytesPerSample, signed, scale };
}

function sampleBytes(bits: number): 1 | 2 | 4 | null {
  return bits === 8 ? 1 : bits === 16 ? 2 : bits === 32 ? 4 : null;
}

const SCALES = [
  { id: ATTRIBUTE.scale8, bits: 8, read: u8 },
  { id: ATTRIBUTE.scale16, bits: 16, read: u16 },
  { id: ATTRIBUTE.scale32, bits: 32, read: u32 },
] as const;

function readScale(attributes: readonly Attribute[], signed: boolean): SampleArray['scale'] | null {
  for (const { id, bits, read } of SCALES) {
    const count = (inner: Reader): number =>
      signed ? (read(inner) << (32 - bits)) >> (32 - bits) : read(inner);
    const found = attributeValue(attributes, id, (inner) => ({
      lowerValue: readFloat(inner).value,
      upperValue: readFloat(inner).value,
      lower: count(inner),
      upper: count(inner),
    }));
    if (found !== null) {
      const { lowerValue, upperValue, lower, upper } = found;
      const usable = lowerValue !== null && upperValue !== null && lower !== upper;
      return usable ? { lowerValue, upperValue, lower, upper } : null;
    }
  }
  return null;
}
