/**
 * xon and xoff stay off: with them the kernel swallows 0x11 and 0x13 out of binary data. `hupcl`
 * off: closing must not drop DTR, which resets some boards.
 */
export function serialSettings(options: { readonly path: string; readonly baudRate: number }) {
  return {
    path: options.path,
    baudRate: options.baudRate,
    dataBits: 8,
    stopBits: 1,
    parity: 'none',
    lock: true,
    hupcl: false,
    rtscts: false,
    xon: false,
    xoff: false,
    xany: false,
  } as const;
}
