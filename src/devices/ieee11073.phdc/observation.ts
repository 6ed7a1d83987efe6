import { type Attribute, attributeValue } from './attributes.ts';
import type { ConfigObject, TypeCode } from './configuration.ts';
import {
  type AbsoluteTime,
  type MderNumber,
  readAbsoluteTime,
  readFloat,
  readSfloat,
} from './mder.ts';
import { ATTRIBUTE } from './nomenclature.ts';
import { list, octetString, type Reader, readerOf, u16, u32 } from './reader.ts';

/** One number that an object told. */
export type Observed = {
  readonly type: TypeCode;
  readonly number: MderNumber;
  readonly unit: number | null;
  /** Bits of MeasurementStatus. */
  readonly status: number;
};

export type Observation = {
  readonly values: readonly Observed[];
  readonly time: AbsoluteTime | null;
  /** Values that could not be read: a length that fits nothing, a compound of another size. */
  readonly refused: number;
};

const VALUES: ReadonlyMap<number, (reader: Reader) => readonly Part[]> = new Map([
  [ATTRIBUTE.basicValue, (reader: Reader) => [single(readSfloat(reader))]],
  [ATTRIBUTE.simpleValue, (reader: Reader) => [single(readFloat(reader))]],
  [ATTRIBUTE.basicCompound, (reader: Reader) => list(reader, (at) => single(readSfloat(at)))],
  [ATTRIBUTE.simpleCompound, (reader: Reader) => list(reader, (at) => single(readFloat(at)))],
  [ATTRIBUTE.numericValue, (reader: Reader) => [readNumeric(reader)]],
  [ATTRIBUTE.compoundValue, (reader: Reader) => list(reader, readNumeric)],
]);

/** A value as it stands in its attribute; `own` where it carries its code, unit and status itself. */
type Part = {
  readonly number: MderNumber;
  readonly own: { readonly code: number; readonly unit: number; readonly status: number } | null;
};

function single(number: MderNumber): Part {
  return { number, own: null };
}

function readNumeric(reader: Reader): Part {
  const own = { code: u16(reader), status: u16(reader), unit: u16(reader) };
  return { number: readFloat(reader), own };
}

/** @param unit of the object as it is now: reports may change it. */
export function readObservation(
  attributes: readonly Attribute[],
  object: ConfigObject,
  unit: number | null,
): Observation {
  const status = attributeValue(attributes, ATTRIBUTE.measurementStatus, u16) ?? 0;
  const time =
    attributeValue(attributes, ATTRIBUTE.timeStamp, readAbsoluteTime) ??
    attributeValue(attributes, ATTRIBUTE.time, readAbsoluteTime);
  const values: Observed[] = [];
  let refused = 0;
  for (const attribute of attributes) {
    const read = VALUES.get(attribute.id);
    if (read === undefined) {
      continue;
    }
    const parts = attributeValue([attribute], attribute.id, read);
    const types = parts === null ? null : typesOf(object, parts.length);
    if (parts === null || types === null) {
      refused++;
      continue;
    }
    parts.forEach(({ number, own }, index) => {
      const type = types[index] ?? object.type;
      if (type !== null) {
        const code = own === null ? type.code : own.code;
        values.push({
          type: { partition: type.partition, code },
          number,
          unit: own === null ? unit : own.unit,
          status: own === null ? status : status | own.status,
        });
      }
    });
  }
  return { values, time, refused };
}

/** What the parts of a value are; null where there are more or fewer than the object announced. */
function typesOf(object: ConfigObject, parts: number): readonly TypeCode[] | null {
  const { type, metricIds } = object;
  if (type === null) {
    return null;
  }
  if (metricIds.length === 0) {
    return parts === 1 ? [type] : null;
  }
  return parts === metricIds.length
    ? metricIds.map((code) => ({ partition: type.partition, code }))
    : null;
}

/** Raw bytes of a sample array; null where there is none, or it is not as long as announced. */
export function sampleBytes(
  attributes: readonly Attribute[],
  object: ConfigObject,
): Uint8Array | null {
  const found = attributes.find((attribute) => attribute.id === ATTRIBUTE.simpleSamples);
  const { sampleArray } = object;
  if (found === undefined || sampleArray === null) {
    return null;
  }
  const length = sampleArray.samples * sampleArray.bytesPerSample;
  if (found.value.length === length) {
    return found.value;
  }
  const inner = octetString(readerOf(found.value));
  return inner.length === length && found.value.length === length + 2 ? inner : null;
}

/** Coded state of an enumeration object: a bit string of 16 or 32 bits, or one code. */
export type EnumerationState =
  | { readonly kind: 'bits'; readonly bits: number; readonly width: 16 | 32 }
  | { readonly kind: 'code'; readonly code: number };

export function readEnumeration(attributes: readonly Attribute[]): EnumerationState | null {
  const bits16 = attributeValue(attributes, ATTRIBUTE.bits16, u16);
  const bits32 = attributeValue(attributes, ATTRIBUTE.bits32, u32);
  const code = attributeValue(attributes, ATTRIBUTE.enumerationOid, u16);
  if (bits16 !== null) {
    return { kind: 'bits', bits: bits16, width: 16 };
  }
  if (bits32 !== null) {
    return { kind: 'bits', bits: bits32, width: 32 };
  }
  return code === null ? null : { kind: 'code', code };
}
