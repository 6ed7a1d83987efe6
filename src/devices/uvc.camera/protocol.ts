import type { ButtonReader } from '../_sdk/buttonSource.ts';

/*
 * Status packet of the VideoStreaming interface (USB Device Class Definition for Video Devices 1.1,
 * table 2-2): bStatusType 02h, bOriginator (the interface), bEvent 00h (button press), bValue.
 */
export const STATUS_BYTES = 4;
const STATUS_CONTROL = 1;
const STATUS_STREAMING = 2;
const EVENT_BUTTON = 0;

export type ButtonStatus = { readonly originator: number; readonly value: 0 | 1 };

/** null: no packet of a button. */
export function parseButton(bytes: Uint8Array, at: number): ButtonStatus | null {
  const value = bytes[at + 3];
  if (bytes[at] !== STATUS_STREAMING || bytes[at + 2] !== EVENT_BUTTON) {
    return null;
  }
  return value === 0 || value === 1 ? { originator: bytes[at + 1] ?? 0, value } : null;
}

/** Each packet is one interrupt transfer. Control changes and stream errors are none of a button. */
export function createStatusReader(inverted: boolean): ButtonReader {
  const pressedValue = inverted ? 0 : 1;
  return (packet, told) => {
    const button = parseButton(packet, 0);
    if (button !== null) {
      told.edge(button.value === pressedValue);
    } else if (!isOtherStatus(packet)) {
      told.bad();
    }
  };
}

function isOtherStatus(packet: Uint8Array): boolean {
  const [type, , event] = packet;
  const ofStream = type === STATUS_STREAMING && event !== EVENT_BUTTON;
  return packet.length >= STATUS_BYTES && (type === STATUS_CONTROL || ofStream);
}
