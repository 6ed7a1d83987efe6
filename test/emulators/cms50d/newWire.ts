import type { LiveState } from './live.ts';
import type { StoredPoint } from './sessions.ts';

/**
 * cms50d+ from version 4.6 on (protocol 7), also CMS50E and F: a type with bit 7 clear, then bytes
 * with bit 7 set, of which the first holds the bits 7 of the others. Sources:
 * https://github.com/timegrid/CMS50Dplus7 (packets) and https://github.com/tobac/cms50ew (names of
 * the commands).
 */
export const NEW_RATE_HZ = 60;
export const COMMAND = 0x7d;
export const COMMAND_BYTES = 9;
export const TYPE = { live: 0x01, acknowledged: 0x0c, disconnected: 0x0d } as const;
export const STORED = { plain: 0x0f, perfusion: 0x09 } as const;
const NO_RATE = 0xff;
const NO_SPO2 = 0x7f;
const NO_PERFUSION = 0xffff;

/** Up to seven bytes of eight bits. */
export function encodeNewPacket(type: number, payload: readonly number[]): Uint8Array {
  const high = payload.reduce((bits, byte, i) => bits | (((byte >> 7) & 1) << i), 0x80);
  return Uint8Array.from([type & 0x7f, high, ...payload.map((byte) => 0x80 | (byte & 0x7f))]);
}

/** The bytes behind the type and the high bits, made whole again. */
export function decodeNewPayload(packet: Uint8Array): number[] {
  const high = packet[1] ?? 0;
  return [...packet.subarray(2)].map((byte, i) => (byte & 0x7f) | (((high >> i) & 1) << 7));
}

/** `zeroes`: without a pulse the values are 0 and not FF and 7F. */
export function encodeNewFrame(state: LiveState, zeroes = false): Uint8Array {
  const perfusion = state.perfusion ?? NO_PERFUSION;
  return encodeNewPacket(TYPE.live, [
    state.signal | (state.beep ? 0x40 : 0) | (state.fingerOut ? 0x80 : 0),
    (state.pleth & 0x7f) | (state.searching ? 0x80 : 0),
    (state.bar & 0x0f) | (state.perfusion === undefined ? 0 : 0x10),
    state.heartRate ?? (zeroes ? 0 : NO_RATE),
    state.spo2 ?? (zeroes ? 0 : NO_SPO2),
    perfusion & 0xff,
    perfusion >> 8,
  ]);
}

/** A session in packets of three points (the last filled up with zeros), or of one with perfusion. */
export function encodeNewSession(
  points: readonly StoredPoint[],
  hasPerfusion: boolean,
): Uint8Array[] {
  if (hasPerfusion) {
    return points.map(({ spo2, heartRate, perfusion }) =>
      encodeNewPacket(STORED.perfusion, [spo2, heartRate, perfusion & 0xff, perfusion >> 8]),
    );
  }
  return Array.from({ length: Math.ceil(points.length / 3) }, (_, n) => {
    const bytes = points.slice(3 * n, 3 * n + 3).flatMap((p) => [p.spo2, p.heartRate]);
    return encodeNewPacket(STORED.plain, [...bytes, 0, 0, 0, 0].slice(0, 6));
  });
}
