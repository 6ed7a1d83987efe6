import type { LiveState } from './live.ts';
import type { StoredPoint } from './sessions.ts';

/**
 * cms50d+ up to version 4.5: five bytes sixty times a second without being asked, bit 7 only on the
 * first. Source: https://github.com/atbrask/CMS50Dplus
 */
export const OLD_RATE_HZ = 60;
export const OLD_FRAME_BYTES = 5;
export const OLD_RECORD_BYTES = 3;

export function encodeOldFrame(state: LiveState & { readonly dropping?: boolean }): Uint8Array {
  const rate = state.heartRate ?? 0;
  const probeError = state.fingerOut;
  return Uint8Array.of(
    0x80 |
      (state.beep ? 0x40 : 0) |
      (state.dropping === true ? 0x20 : 0) |
      (state.fingerOut ? 0x10 : 0) |
      state.signal,
    state.pleth & 0x7f,
    ((rate & 0x80) >> 1) |
      (state.searching ? 0x20 : 0) |
      (probeError ? 0x10 : 0) |
      (state.bar & 0x0f),
    rate & 0x7f,
    (state.spo2 ?? 0) & 0x7f,
  );
}

const PREAMBLE = [0xf2, 0x80, 0x00] as const;

/**
 * What goes before the records: the preamble three times, then the number of bytes that follow less
 * one, in three sevens, of which the last has bit 7 clear.
 */
export function encodeOldHeader(points: number): Uint8Array {
  const length = Math.max(0, points * OLD_RECORD_BYTES - 1);
  const sevens = [0x80 | ((length >> 14) & 0x7f), 0x80 | ((length >> 7) & 0x7f), length & 0x7f];
  return Uint8Array.from([...PREAMBLE, ...PREAMBLE, ...PREAMBLE, ...sevens]);
}

/** F0 with the pulse rate's bit 7, its other bits with bit 7 set, SpO2. */
export function encodeOldRecord({ heartRate, spo2 }: StoredPoint): Uint8Array {
  return Uint8Array.of(0xf0 | (heartRate >> 7), 0x80 | (heartRate & 0x7f), spo2 & 0x7f);
}
