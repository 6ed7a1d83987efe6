import { isExhausted, list, octetString, type Reader, readerOf, u16 } from './reader.ts';
import { type Octets, sized, w16 } from './writer.ts';

/** AVA-Type: an attribute's id and its value, a view of the message. */
export type Attribute = { readonly id: number; readonly value: Uint8Array };

/** Which attributes follow each other without ids, and how long each is (AttrValMap). */
export type ValueMap = readonly { readonly id: number; readonly length: number }[];

export function readAttributes(reader: Reader): Attribute[] {
  return list(reader, (entry) => ({ id: u16(entry), value: octetString(entry) }));
}

export function readValueMap(reader: Reader): ValueMap {
  return list(reader, (entry) => ({ id: u16(entry), length: u16(entry) }));
}

export function attributeOctets(id: number, value: Octets): Octets {
  return [...w16(id), ...sized(value)];
}

/**
 * Reads the value of one attribute.
 * @returns null where the attribute is absent, or its value is not exactly what `read` takes.
 */
export function attributeValue<T>(
  attributes: readonly Attribute[],
  id: number,
  read: (reader: Reader) => T,
): T | null {
  const found = attributes.find((attribute) => attribute.id === id);
  if (found === undefined) {
    return null;
  }
  const reader = readerOf(found.value);
  const value = read(reader);
  return isExhausted(reader) ? value : null;
}

export function mapBytes(map: ValueMap): number {
  return map.reduce((sum, entry) => sum + entry.length, 0);
}

/** Values laid end to end as `map` says; `bytes` must be exactly as long. */
export function unfold(bytes: Uint8Array, map: ValueMap): Attribute[] | null {
  if (mapBytes(map) !== bytes.length) {
    return null;
  }
  let at = 0;
  return map.map(({ id, length }) => {
    at += length;
    return { id, value: bytes.subarray(at - length, at) };
  });
}
