import { type Attribute, attributeValue } from './attributes.ts';
import { type AbsoluteTime, readAbsoluteTime } from './mder.ts';
import { ATTRIBUTE } from './nomenclature.ts';
import { list, octetString, type Reader, u16, u32 } from './reader.ts';

/** What an agent says of itself (attributes of its medical device system object, handle 0). */
export type Mds = {
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly serialNumber: string | null;
  readonly firmware: string | null;
  /** EUI-64 as sixteen hexadecimal digits. */
  readonly systemId: string | null;
  readonly configurationId: number | null;
  /** Device specialisations: 4100 oximeter, 4103 blood pressure... */
  readonly specialisations: readonly number[];
  readonly time: AbsoluteTime | null;
  /** null: not told; false: the agent's clock cannot be set. */
  readonly clockCanBeSet: boolean | null;
  /** Percent. */
  readonly battery: number | null;
};

const SERIAL_NUMBER = 1;
const SOFTWARE_REVISION = 4;
const FIRMWARE_REVISION = 5;
/** mds-time-capab-set-clock and mds-time-mgr-set-time (MdsTimeCapState). */
const SET_CLOCK = 0x4000 | 0x0010;

export function readMds(attributes: readonly Attribute[]): Mds {
  const model = attributeValue(attributes, ATTRIBUTE.model, (reader) => ({
    manufacturer: text(octetString(reader)),
    model: text(octetString(reader)),
  }));
  const specs = attributeValue(attributes, ATTRIBUTE.productionSpec, readProductionSpec) ?? [];
  const spec = (type: number): string | null =>
    specs.find((entry) => entry.type === type && entry.text !== '')?.text ?? null;
  const systemId = attributeValue(attributes, ATTRIBUTE.systemId, octetString);
  const capabilities = attributeValue(attributes, ATTRIBUTE.timeInfo, readTimeInfo);
  return {
    manufacturer: model?.manufacturer || null,
    model: model?.model || null,
    serialNumber: spec(SERIAL_NUMBER),
    firmware: spec(FIRMWARE_REVISION) ?? spec(SOFTWARE_REVISION),
    systemId: systemId === null ? null : Buffer.from(systemId).toString('hex'),
    configurationId: attributeValue(attributes, ATTRIBUTE.configurationId, u16),
    specialisations:
      attributeValue(attributes, ATTRIBUTE.specialisations, (reader) =>
        list(reader, readTypeVersion),
      ) ?? [],
    time: attributeValue(attributes, ATTRIBUTE.time, readAbsoluteTime),
    clockCanBeSet: capabilities === null ? null : (capabilities & SET_CLOCK) !== 0,
    battery: attributeValue(attributes, ATTRIBUTE.battery, u16),
  };
}

function readTypeVersion(reader: Reader): number {
  const type = u16(reader);
  u16(reader);
  return type;
}

function readProductionSpec(reader: Reader): { type: number; text: string }[] {
  return list(reader, (entry) => {
    const type = u16(entry);
    u16(entry);
    return { type, text: text(octetString(entry)) };
  });
}

function readTimeInfo(reader: Reader): number {
  const capabilities = u16(reader);
  u16(reader);
  u32(reader);
  u16(reader);
  u16(reader);
  u32(reader);
  return capabilities;
}

/** Printable characters only: the text goes to a screen and into a record. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]/g, '')
    .trim();
}
