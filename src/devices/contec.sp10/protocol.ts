import type { ReplyReader } from '../_sdk/exchange.ts';
import type { ClockFields } from '../_sdk/readings.ts';

const LOW_BITS = 0x7f;

/** Sum of all bytes before it, seven bits. */
function sealed(...bytes: number[]): Uint8Array {
  return Uint8Array.of(...bytes, bytes.reduce((sum, byte) => sum + byte, 0) & LOW_BITS);
}

/** What the host says. */
export const COMMAND = {
  hello: sealed(0x80),
  identify: sealed(0x82),
  count: sealed(0x90),
  firstRecord: sealed(0x91, 0x00, 0x01),
  nextRecord: sealed(0x91, 0x01, 0x01),
  curve: sealed(0x92, 0x00),
  endKeeping: sealed(0x91, 0x7e, 0x01),
  endDeleting: sealed(0x91, 0x7f, 0x01),
  deleteAll: sealed(0x93),
  setClock: (at: ClockFields & { readonly millisecond: number }): Uint8Array =>
    sealed(
      0x83,
      (at.year - 2000) & LOW_BITS,
      at.month,
      at.day,
      at.hour,
      at.minute,
      at.second,
      at.millisecond & LOW_BITS,
      at.millisecond >> 7,
    ),
} as const;

/** First byte of each answer, and the length of the whole. */
export const ANSWER = {
  hello: { head: 0xf0, bytes: 2 },
  clockSet: { head: 0xf3, bytes: 3 },
  identity: { head: 0xf2, bytes: 8 },
  count: { head: 0xe0, bytes: 10 },
  record: { head: 0xe1, bytes: 44 },
  deleted: { head: 0xe3, bytes: 3 },
} as const;
export const CURVE_HEAD = 0xe2;
export const CURVE_HEADER_BYTES = 5;

/** Fourteen bits in two bytes, the lower first. */
export function pair(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) & LOW_BITS) | (((data[at + 1] ?? 0) & LOW_BITS) << 7);
}

/** Only the first byte of a message has its highest bit set, and the last is its checksum. */
export function isSealed(data: Uint8Array, at: number, length: number): boolean {
  let sum = data[at] ?? 0;
  for (let index = 1; index < length - 1; index++) {
    const byte = data[at + index] ?? 0xff;
    if (byte > LOW_BITS) {
      return false;
    }
    sum += byte;
  }
  return (sum & LOW_BITS) === data[at + length - 1];
}

/** Reads one message of fixed length. @param parse undefined: sealed, and yet no such message. */
export function messageReader<T>(
  { head, bytes: length }: { readonly head: number; readonly bytes: number },
  parse: (message: Uint8Array, readAtNs: bigint) => T | undefined,
): () => ReplyReader<T> {
  return () => {
    const message = new Uint8Array(length);
    let have = 0;
    return (bytes, readAtNs) => {
      if (have + bytes.length > length) {
        return { kind: 'damaged' };
      }
      message.set(bytes, have);
      have += bytes.length;
      if (have > 0 && message[0] !== head) {
        return { kind: 'damaged' };
      }
      if (have < length) {
        return null;
      }
      const value = isSealed(message, 0, length) ? parse(message, readAtNs) : undefined;
      return value === undefined ? { kind: 'damaged' } : { kind: 'reply', value };
    };
  };
}

/** The greeting is answered by two bytes whose second is not explained anywhere. */
export const helloReader = (): ReplyReader<true> => {
  let have = 0;
  return (bytes) => {
    if (have === 0 && bytes[0] !== ANSWER.hello.head) {
      return { kind: 'damaged' };
    }
    have += bytes.length;
    return have < ANSWER.hello.bytes ? null : { kind: 'reply', value: true };
  };
};

export const identityReader = messageReader(ANSWER.identity, () => true);
export const countReader = messageReader(ANSWER.count, (message) => pair(message, 1));
/** 0 is success. */
export const clockSetReader = messageReader(ANSWER.clockSet, (message) => message[1] ?? 0);
export const deletedReader = messageReader(ANSWER.deleted, (message) => message[1] ?? 0);

/** To an end the device repeats the word; how long this answer is, is not known. */
export const endReader = (): ReplyReader<true> => (bytes) =>
  bytes[0] === ANSWER.record.head ? { kind: 'reply', value: true } : { kind: 'damaged' };
