import { COMMAND, COMMAND_BYTES, decodeNewPayload, encodeNewPacket, TYPE } from './newWire.ts';
import type { StoredPoint } from './sessions.ts';

export type NewCommand = {
  readonly code: number;
  /** The user and the segment of storage commands. */
  readonly user: number;
  readonly segment: number;
};

export const CODE = {
  startLive: 0xa1,
  stopLive: 0xa2,
  sessionCount: 0xa3,
  sessionLength: 0xa4,
  startStored: 0xa6,
  stopStored: 0xa7,
  keepAlive: 0xaf,
} as const;

const ASCII_USER = [0x75, 0x73, 0x65, 0x72] as const;
const SPACE = 0x20;

/**
 * Answers that say who the device is; copied by meaning from public logs of a cms50d+ and a CMS50E,
 * where the vendor's program asks them before it does anything else.
 */
const FIXED_ANSWERS: Readonly<Record<number, readonly (readonly [number, readonly number[]])[]>> = {
  160: [[0x06, [0, 7]]],
  165: [
    [0x07, [0, 0, 0, 0, 0, 0]],
    [0x12, [0, 0, 0, 0, 0, 0]],
  ],
  168: [
    [0x02, [0, SPACE, SPACE, SPACE, SPACE, SPACE, SPACE]],
    [0x02, [0xff, SPACE, SPACE, SPACE, SPACE, SPACE, SPACE]],
  ],
  169: [[0x03, Array<number>(7).fill(SPACE)]],
  170: [[0x04, [...ASCII_USER, SPACE, SPACE, SPACE]]],
  171: [[0x05, [0, ...ASCII_USER, 0, 0]]],
  173: [[0x10, [1]]],
  176: [[0x11, [1, 1, 0, 0, 0, 0, 0]]],
};
/** A logged device without the perfusion index said 1; 0 for one that has it is our assumption. */
const HAS_PERFUSION = 172;

/** Finds commands in what the computer sends; a byte with bit 7 clear begins one. */
export function createNewCommandReader() {
  let pending: number[] = [];
  const finish = (): NewCommand[] => {
    const [code = 0, user = 0, segment = 0] = decodeNewPayload(Uint8Array.from(pending));
    const isCommand = pending[0] === COMMAND;
    pending = [];
    return isCommand ? [{ code, user, segment }] : [];
  };
  return (bytes: Uint8Array): NewCommand[] =>
    [...bytes].flatMap((byte) => {
      if (byte < 0x80) pending = [byte];
      else if (pending.length > 0) pending.push(byte);
      return pending.length === COMMAND_BYTES ? finish() : [];
    });
}

/** Segments count from 1; 0 is what the vendor's program asks for, and means the first. */
export function sessionOf(
  sessions: readonly (readonly StoredPoint[])[],
  { segment }: NewCommand,
): readonly StoredPoint[] {
  return sessions[Math.max(1, segment) - 1] ?? [];
}

/** The answer that needs no more than the memory; a keep-alive has none. */
export function answerNew(
  command: NewCommand,
  sessions: readonly (readonly StoredPoint[])[],
  hasPerfusion: boolean,
): Uint8Array[] {
  const { code } = command;
  if (code === CODE.stopLive || code === CODE.stopStored) {
    return [encodeNewPacket(TYPE.acknowledged, [])];
  }
  if (code === CODE.sessionCount) return [encodeNewPacket(0x0a, [0, sessions.length])];
  if (code === HAS_PERFUSION) return [encodeNewPacket(0x0e, [hasPerfusion ? 0 : 1])];
  if (code === CODE.sessionLength) {
    // Two bytes a second, whether or not the perfusion index is kept beside them.
    const bytes = 2 * sessionOf(sessions, command).length;
    return [encodeNewPacket(0x08, [0, 0, bytes & 0xff, bytes >> 8, 0, 0])];
  }
  return (FIXED_ANSWERS[code] ?? []).map(([type, payload]) => encodeNewPacket(type, payload));
}
