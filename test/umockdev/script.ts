/** One line of a script of umockdev-run: what is expected to be written, or what is then read. */
export type ScriptLine = {
  readonly way: 'write' | 'read';
  /** Milliseconds after the line before. */
  readonly afterMs: number;
  readonly bytes: Uint8Array;
};

const CARET = 0x5e;

/** umockdev writes control characters as ^@ to ^_, and a caret as ^`. */
function encoded(byte: number): number[] {
  if (byte < 0x20) return [CARET, byte + 0x40];
  return byte === CARET ? [CARET, 0x60] : [byte];
}

export function writeScript(lines: readonly ScriptLine[]): Buffer {
  const text = lines.map(({ way, afterMs, bytes }) =>
    Buffer.from([
      ...Buffer.from(`${way === 'write' ? 'w' : 'r'} ${afterMs} `),
      ...[...bytes].flatMap(encoded),
      0x0a,
    ]),
  );
  return Buffer.concat(text);
}
