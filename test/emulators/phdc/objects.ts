import { float, join, list, type Numeric, octets, sfloat, u16, u32 } from './mder.ts';
import { ATTR, CLASS, EVENT, PARTITION } from './nomenclature.ts';

export type Attribute = { readonly id: number; readonly value: Uint8Array };

/** An object of a configuration: its class, its handle, its attributes. */
export type ConfigObject = {
  readonly class: number;
  readonly handle: number;
  readonly attributes: readonly Attribute[];
};

export function attributeList(attributes: readonly Attribute[]): Uint8Array {
  return list(attributes.map(({ id, value }) => join(u16(id), octets(value))));
}

export function configReport(configId: number, objects: readonly ConfigObject[]): Uint8Array {
  const items = objects.map((one) =>
    join(u16(one.class, one.handle), attributeList(one.attributes)),
  );
  return join(u16(configId), list(items));
}

export function typeCode(code: number, partition: number = PARTITION.scada): Uint8Array {
  return u16(partition, code);
}

/** AttrValMap: which attributes a fixed report carries, and how many bytes of each. */
export function valueMap(entries: readonly (readonly [id: number, length: number])[]): Uint8Array {
  return list(entries.map((entry) => u16(...entry)));
}

export type NumericOptions = {
  readonly handle: number;
  readonly type: number;
  /** Metric-Spec-Small; F040: intermittent, stored, aperiodic, sent by the agent, measured. */
  readonly spec: number;
  readonly unit: number;
  readonly map: readonly (readonly [number, number])[];
  /** Between the specification and the unit. */
  readonly before?: readonly Attribute[];
  /** Between the unit and the value map. */
  readonly after?: readonly Attribute[];
};

export function numericObject(options: NumericOptions): ConfigObject {
  const attributes = [
    { id: ATTR.idType, value: typeCode(options.type) },
    { id: ATTR.metricSpecSmall, value: u16(options.spec) },
    ...(options.before ?? []),
    { id: ATTR.unit, value: u16(options.unit) },
    ...(options.after ?? []),
    { id: ATTR.valueMap, value: valueMap(options.map) },
  ];
  return { class: CLASS.numeric, handle: options.handle, attributes };
}

/** A value on its way to a report; numbers stay numbers until then. */
export type Value =
  | { readonly id: number; readonly sfloat: Numeric }
  | { readonly id: number; readonly float: Numeric }
  | { readonly id: number; readonly compound: readonly Numeric[] }
  | { readonly id: number; readonly bytes: Uint8Array };

export type Observation = { readonly handle: number; readonly values: readonly Value[] };
/** Observations of one person; `person` counts only in the forms for several. */
export type PersonGroup = {
  readonly person: number;
  readonly observations: readonly Observation[];
};
export type ReportForm = 'fixed' | 'var' | 'mpFixed' | 'mpVar';

export const REPORT_EVENT: Readonly<Record<ReportForm, number>> = {
  fixed: EVENT.scanFixed,
  var: EVENT.scanVar,
  mpFixed: EVENT.scanMpFixed,
  mpVar: EVENT.scanMpVar,
};

export function encodeValue(value: Value): Uint8Array {
  if ('sfloat' in value) return sfloat(value.sfloat);
  if ('float' in value) return float(value.float);
  return 'compound' in value ? list(value.compound.map(sfloat)) : value.bytes;
}

function encodeObservation(form: ReportForm, { handle, values }: Observation): Uint8Array {
  if (form === 'fixed' || form === 'mpFixed') {
    return join(u16(handle), octets(join(...values.map(encodeValue))));
  }
  const attributes = values.map((value) => ({ id: value.id, value: encodeValue(value) }));
  return join(u16(handle), attributeList(attributes));
}

/** ScanReportInfo: request, running number, observations (by person in the multi-person forms). */
export function scanReport(
  form: ReportForm,
  head: { readonly requestId: number; readonly number: number },
  groups: readonly PersonGroup[],
): Uint8Array {
  const observationsOf = (group: PersonGroup): Uint8Array =>
    list(group.observations.map((one) => encodeObservation(form, one)));
  const start = u16(head.requestId, head.number);
  if (form === 'mpFixed' || form === 'mpVar') {
    return join(start, list(groups.map((one) => join(u16(one.person), observationsOf(one)))));
  }
  const observations = groups.flatMap((group) => group.observations);
  return join(start, observationsOf({ person: 0, observations }));
}

/** The agent began the report itself. */
export const AGENT_INITIATED = 0xf000;

export type MdsOptions = {
  readonly specialisation: number;
  readonly manufacturer: string;
  readonly model: string;
  readonly systemId: Uint8Array;
  readonly configId: number;
  /** Kinds: 0 unspecified, 1 serial number, 5 firmware. */
  readonly production: readonly (readonly [kind: number, text: string])[];
  /** Attributes between the production specification and the clock. */
  readonly extra?: readonly Attribute[];
};

const encoder = new TextEncoder();

/** Attributes of the medical device system object, handle 0. */
export function mdsAttributes(mds: MdsOptions, clock: Uint8Array): Attribute[] {
  const production = mds.production.map(([kind, value]) =>
    join(u16(kind, 0), octets(encoder.encode(value))),
  );
  const names = [mds.manufacturer, mds.model].map((name) => octets(encoder.encode(name)));
  return [
    { id: ATTR.systemTypeSpecList, value: list([u16(mds.specialisation, 1)]) },
    { id: ATTR.idModel, value: join(...names) },
    { id: ATTR.systemId, value: octets(mds.systemId) },
    { id: ATTR.configId, value: u16(mds.configId) },
    { id: ATTR.productionSpec, value: list(production) },
    ...(mds.extra ?? []),
    { id: ATTR.dateTime, value: clock },
  ];
}

/** DataRequest's answer: relative time, result 0, then a report like an event's. */
export function dataResponse(type: number, info: Uint8Array): Uint8Array {
  return join(u32(0), u16(0, type), octets(info));
}
