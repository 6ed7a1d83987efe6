import { describe, expect, it } from 'vitest';
import { addressText, parseAddress } from './address.ts';

describe('addresses', () => {
  it.each([
    ['/dev/ttyUSB0', { kind: 'serial', path: '/dev/ttyUSB0' }],
    ['COM3', { kind: 'serial', path: 'COM3' }],
    ['serial:COM3', { kind: 'serial', path: 'COM3' }],
    ['hid:/dev/hidraw0', { kind: 'hid', path: '/dev/hidraw0' }],
    ['usb:1-3.2', { kind: 'usb', path: '1-3.2' }],
    ['file:a:b.jsonl', { kind: 'file', path: 'a:b.jsonl', speed: 1 }],
  ] as const)('reads %s', (text, address) => {
    const read = parseAddress(text);
    expect(read).toEqual(address);
    expect(read === null ? null : parseAddress(addressText(read))).toEqual(address);
  });

  it.each(['', 'hid:', 'usb:'])('finds no path in "%s"', (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});
