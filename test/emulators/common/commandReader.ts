/**
 * Collects commands whose first byte tells their length. A byte that begins none is skipped; an
 * incomplete command waits for its rest.
 */
export function createCommandReader(lengthOf: (first: number) => number | undefined) {
  let pending: number[] = [];
  return (bytes: Uint8Array): Uint8Array[] => {
    const commands: Uint8Array[] = [];
    for (const byte of bytes) {
      if (pending.length === 0 && lengthOf(byte) === undefined) continue;
      pending.push(byte);
      if (pending.length < (lengthOf(pending[0] ?? 0) ?? 0)) continue;
      commands.push(Uint8Array.from(pending));
      pending = [];
    }
    return commands;
  };
}
