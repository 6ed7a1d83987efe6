import type { Wire } from '../_sdk/adapter.ts';

export type SerialLine = Pick<
  Extract<Wire, { kind: 'serial' }>,
  'baudRate' | 'dataBits' | 'parity' | 'stopBits'
>;

/**
 * xon and xoff stay off: with them the kernel swallows 0x11 and 0x13 out of binary data. `hupcl`
 * off: closing must not drop DTR, which resets some boards.
 */
export function serialSettings(options: { readonly path: string } & SerialLine) {
  return {
    path: options.path,
    baudRate: options.baudRate,
    dataBits: options.dataBits ?? 8,
    stopBits: options.stopBits ?? 1,
    parity: options.parity ?? 'none',
    lock: true,
    hupcl: false,
    rtscts: false,
    xon: false,
    xoff: false,
    xany: false,
  } as const;
}
