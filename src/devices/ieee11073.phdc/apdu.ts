import { type DataApdu, readData } from './data.ts';
import { isExhausted, list, octets, part, type Reader, readerOf, u16, u32 } from './reader.ts';
import { counted, type Octets, sized, w16, w32 } from './writer.ts';

/** IEEE 11073-20601: the one data protocol that is spoken here. */
export const DATA_PROTOCOL = 20_601;
export const VERSION_1 = 0x80000000;
export const ENCODING_MDER = 0x8000;

export const ASSOCIATE_RESULT = {
  accepted: 0,
  rejectedPermanent: 1,
  rejectedTransient: 2,
  acceptedUnknownConfig: 3,
  noCommonProtocol: 4,
  noCommonParameter: 5,
  rejectedUnknown: 6,
  unauthorized: 7,
  unsupportedVersion: 8,
} as const;
export type AssociateResult = (typeof ASSOCIATE_RESULT)[keyof typeof ASSOCIATE_RESULT];

export const ABORT_REASON = {
  undefined: 0,
  bufferOverflow: 1,
  responseTimeout: 2,
  configurationTimeout: 3,
} as const;

const CHOICE = {
  aarq: 0xe200,
  aare: 0xe300,
  rlrq: 0xe400,
  rlre: 0xe500,
  abrt: 0xe600,
  prst: 0xe700,
} as const;

/** What an agent offers, or a manager chose (PhdAssociationInformation). */
export type AssociationInformation = {
  readonly protocolVersion: number;
  readonly encodingRules: number;
  readonly nomenclatureVersion: number;
  readonly functionalUnits: number;
  readonly systemType: number;
  readonly systemId: Uint8Array;
  readonly configurationId: number;
  readonly dataRequestMode: number;
};

export type Apdu =
  | {
      readonly kind: 'aarq';
      readonly version: number;
      /** null: the agent does not offer IEEE 11073-20601. */
      readonly offer: AssociationInformation | null;
    }
  | {
      readonly kind: 'aare';
      readonly result: number;
      readonly chosen: AssociationInformation | null;
    }
  | { readonly kind: 'rlrq' | 'rlre' | 'abrt'; readonly reason: number }
  | { readonly kind: 'prst'; readonly data: DataApdu };

/** 20601: no agent sends more in one APDU. */
export const MAX_APDU_BYTES = 64_512;

/**
 * Where an APDU failed its check. short: no header. oversize: longer than any may be. length: the
 * header does not count these bytes. choice: no such APDU. contents: what is inside contradicts itself.
 */
export type ApduProblem = 'short' | 'oversize' | 'length' | 'choice' | 'contents';

export type ParsedApdu =
  | { readonly ok: true; readonly apdu: Apdu }
  | { readonly ok: false; readonly problem: ApduProblem };

/** @param bytes one transfer: exactly one APDU. The result looks into the same memory. */
export function parseApdu(bytes: Uint8Array): ParsedApdu {
  if (bytes.length < 4) {
    return { ok: false, problem: 'short' };
  }
  if (bytes.length > MAX_APDU_BYTES) {
    return { ok: false, problem: 'oversize' };
  }
  const reader = readerOf(bytes);
  const choice = u16(reader);
  if (u16(reader) !== bytes.length - 4) {
    return { ok: false, problem: 'length' };
  }
  const apdu = readBody(choice, reader);
  if (apdu === undefined) {
    return { ok: false, problem: 'choice' };
  }
  return apdu === null || !isExhausted(reader)
    ? { ok: false, problem: 'contents' }
    : { ok: true, apdu };
}

function readBody(choice: number, reader: Reader): Apdu | null | undefined {
  switch (choice) {
    case CHOICE.prst: {
      const data = readData(part(reader, u16(reader)));
      return data === null ? null : { kind: 'prst', data };
    }
    case CHOICE.aarq:
      return readRequest(reader);
    case CHOICE.aare:
      return { kind: 'aare', result: u16(reader), chosen: readProtocol(reader) };
    case CHOICE.rlrq:
      return { kind: 'rlrq', reason: u16(reader) };
    case CHOICE.rlre:
      return { kind: 'rlre', reason: u16(reader) };
    case CHOICE.abrt:
      return { kind: 'abrt', reason: u16(reader) };
    default:
      return undefined;
  }
}

function readRequest(reader: Reader): Apdu {
  const version = u32(reader);
  const offers = list(reader, readProtocol);
  return { kind: 'aarq', version, offer: offers.find((offer) => offer !== null) ?? null };
}

/** A data protocol and what it says; null for any protocol but 20601. */
function readProtocol(reader: Reader): AssociationInformation | null {
  const protocol = u16(reader);
  const inner = part(reader, u16(reader));
  if (protocol !== DATA_PROTOCOL) {
    return null;
  }
  const information = {
    protocolVersion: u32(inner),
    encodingRules: u16(inner),
    nomenclatureVersion: u32(inner),
    functionalUnits: u32(inner),
    systemType: u32(inner),
    // Copied: a request may be kept longer than the transfer that it lies in.
    systemId: octets(inner, u16(inner)).slice(),
    configurationId: u16(inner),
    dataRequestMode: u32(inner),
  };
  list(inner, (option) => {
    u16(option);
    return octets(option, u16(option));
  });
  if (!isExhausted(inner)) {
    reader.broken = true;
  }
  return information;
}

export type Association = {
  readonly result: AssociateResult;
  readonly protocolVersion: number;
  /** EUI-64 of this manager. */
  readonly systemId: Octets;
};

const SYSTEM_TYPE_MANAGER = 0x80000000;

export function encodeAssociateResponse(association: Association): Uint8Array {
  const { result, protocolVersion, systemId } = association;
  if (result !== ASSOCIATE_RESULT.accepted && result !== ASSOCIATE_RESULT.acceptedUnknownConfig) {
    // Nothing was chosen: an empty protocol (20601, associate response of a refusal).
    return encode(CHOICE.aare, [...w16(result), ...w16(0), ...sized([])]);
  }
  const information = [
    ...w32(protocolVersion),
    ...w16(ENCODING_MDER),
    ...w32(VERSION_1),
    ...w32(0),
    ...w32(SYSTEM_TYPE_MANAGER),
    ...sized(systemId),
    ...w16(0),
    ...w32(0),
    ...counted([]),
  ];
  return encode(CHOICE.aare, [...w16(result), ...w16(DATA_PROTOCOL), ...sized(information)]);
}

export function encodeRelease(kind: 'rlrq' | 'rlre'): Uint8Array {
  return encode(CHOICE[kind], w16(0));
}

export function encodeAbort(reason: number): Uint8Array {
  return encode(CHOICE.abrt, w16(reason));
}

/** @param data invoke id, choice and argument. */
export function encodePresentation(data: Octets): Uint8Array {
  return encode(CHOICE.prst, sized(data));
}

function encode(choice: number, body: Octets): Uint8Array {
  return Uint8Array.from([...w16(choice), ...sized(body)]);
}
