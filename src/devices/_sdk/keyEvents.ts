import type { ButtonReader } from './buttonSource.ts';

/** `struct input_event` of a 64-bit kernel (linux/input.h): time 16 bytes, type, code, value. */
export const KEY_EVENT_BYTES = 24;
/** linux/input-event-codes.h */
const EV_KEY = 1;
export const KEY_CAMERA = 212;
/** Values of an EV_KEY event; 2 repeats a key that is held. */
const RELEASED = 0;
const PRESSED = 1;

export type KeyEvent = { readonly code: number; readonly value: 'pressed' | 'released' };

/** null: no press or release of a key (a repetition, a separator, a pointer's motion). */
export function parseKeyEvent(bytes: Uint8Array, at: number): KeyEvent | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, KEY_EVENT_BYTES);
  const value = view.getInt32(20, true);
  if (view.getUint16(16, true) !== EV_KEY || (value !== PRESSED && value !== RELEASED)) {
    return null;
  }
  return { code: view.getUint16(18, true), value: value === PRESSED ? 'pressed' : 'released' };
}

/**
 * @param codes keys that count; null: any.
 * @param inverted the key is released while it is pressed. The kernel tells changes only, so that
 * the first press of such a button shows when it is let go: both are told then.
 */
export function createKeyReader(
  codes: ReadonlySet<number> | null,
  inverted: boolean,
): ButtonReader {
  let heard = false;
  return (packet, told) => {
    if (packet.length % KEY_EVENT_BYTES !== 0) {
      told.bad();
    }
    for (let at = 0; at + KEY_EVENT_BYTES <= packet.length; at += KEY_EVENT_BYTES) {
      const event = parseKeyEvent(packet, at);
      if (event === null || (codes !== null && !codes.has(event.code))) {
        continue;
      }
      const pressed = (event.value === 'pressed') !== inverted;
      if (inverted && !heard && !pressed) {
        told.edge(true);
      }
      heard = true;
      told.edge(pressed);
    }
  };
}

/** For a technician's trace. */
export function keyLines(packet: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at + KEY_EVENT_BYTES <= packet.length; at += KEY_EVENT_BYTES) {
    const event = parseKeyEvent(packet, at);
    if (event !== null) {
      lines.push(`key ${event.code} ${event.value}`);
    }
  }
  return lines;
}
