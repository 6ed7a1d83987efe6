import type { TransportAddress } from './devices.ts';

const KINDS = ['serial', 'hid', 'usb', 'input', 'file'] as const;

/**
 * An address as a person writes it: `hid:/dev/hidraw0`, `usb:1-3`, `input:/dev/input/event4`,
 * `file:capture.jsonl`, `serial:COM3`; without a kind it is a serial port. null: it has no path.
 */
export function parseAddress(text: string): TransportAddress | null {
  const kind = KINDS.find((one) => text.startsWith(`${one}:`));
  const path = kind === undefined ? text : text.slice(kind.length + 1);
  if (path === '') {
    return null;
  }
  return kind === 'file' ? { kind, path, speed: 1 } : { kind: kind ?? 'serial', path };
}

export function addressText(address: TransportAddress): string {
  return address.kind === 'serial' ? address.path : `${address.kind}:${address.path}`;
}
