/*
 * Descriptors of USB 2.0, chapter 9.6: little-endian, the length first. Class-specific ones are made
 * beside the function that needs them.
 */

export const DESCRIPTOR = { device: 1, configuration: 2, string: 3, interface: 4, endpoint: 5 };
export const TRANSFER = { bulk: 2, interrupt: 3 } as const;
export const CLASS = {
  perInterface: 0x00,
  cdc: 0x02,
  hid: 0x03,
  cdcData: 0x0a,
  video: 0x0e,
  personalHealthcare: 0x0f,
  miscellaneous: 0xef,
  vendor: 0xff,
} as const;

export const IN = 0x80;

export function u16(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff];
}

export function u32(value: number): number[] {
  return [...u16(value & 0xffff), ...u16(value >>> 16)];
}

export type InterfaceFields = {
  readonly number: number;
  readonly endpoints: number;
  /** Class, subclass, protocol. */
  readonly triple: readonly [number, number, number];
};

export function interfaceDescriptor({ number, endpoints, triple }: InterfaceFields): number[] {
  return [9, DESCRIPTOR.interface, number, 0, endpoints, ...triple, 0];
}

/**
 * @param address with the direction bit (IN).
 * @param interval interrupt endpoints: milliseconds at full speed, 2^(n-1) * 125 us at high speed.
 */
export function endpointDescriptor(
  address: number,
  transfer: number,
  maxPacketBytes: number,
  interval = 0,
): number[] {
  return [7, DESCRIPTOR.endpoint, address, transfer, ...u16(maxPacketBytes), interval];
}

/** Joins `count` interfaces from `first` into one function (ECN of July 2003). */
export function associationDescriptor(
  first: number,
  count: number,
  triple: readonly [number, number, number],
): number[] {
  return [8, 11, first, count, ...triple, 0];
}

/** Bus powered, 100 mA. @param parts all descriptors below the configuration, in order. */
export function configuration(
  interfaces: number,
  parts: readonly (readonly number[])[],
): Uint8Array {
  const body = parts.flat();
  return Uint8Array.from([9, 2, ...u16(9 + body.length), interfaces, 1, 0, 0x80, 50, ...body]);
}

export type DeviceFields = {
  readonly vendorId: number;
  readonly productId: number;
  /** Binary coded decimal, 0x0100 = 1.00. */
  readonly release: number;
  readonly deviceClass: readonly [number, number, number];
  /** Empty: the device has no such string. */
  readonly manufacturer: string;
  readonly product: string;
  readonly serialNumber: string;
};

/** Strings 1, 2 and 3 are manufacturer, product and serial number. */
export function deviceDescriptor(fields: DeviceFields): Uint8Array {
  const { vendorId, productId, release, deviceClass } = fields;
  const ids = [...u16(vendorId), ...u16(productId), ...u16(release)];
  const texts = [fields.manufacturer, fields.product, fields.serialNumber];
  const strings = texts.map((text, index) => (text === '' ? 0 : index + 1));
  return Uint8Array.from([18, 1, ...u16(0x0200), ...deviceClass, 64, ...ids, ...strings, 1]);
}

/** US English is the only language. */
export const LANGUAGES = Uint8Array.from([4, DESCRIPTOR.string, 0x09, 0x04]);

/** @param text 126 characters at most: the length is one byte. */
export function stringDescriptor(text: string): Uint8Array {
  const characters = Buffer.from(text.slice(0, 126), 'utf16le');
  return Uint8Array.from([characters.length + 2, DESCRIPTOR.string, ...characters]);
}

/** Class triples of the interfaces in a configuration, in order; later settings are left out. */
export function interfaceTriples(bytes: Uint8Array): [number, number, number][] {
  const found: [number, number, number][] = [];
  for (let at = 0; at + 2 <= bytes.length; at += bytes[at] || bytes.length) {
    if (bytes[at + 1] !== DESCRIPTOR.interface || bytes[at + 3] !== 0) continue;
    found.push([bytes[at + 5] ?? 0, bytes[at + 6] ?? 0, bytes[at + 7] ?? 0]);
  }
  return found;
}
