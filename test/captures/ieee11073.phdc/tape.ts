import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A tape is what passed on a wire, one transfer a line: `in <hex>` came from the device, `out <hex>`
 * was sent to it, `stop` is a person's. `#` begins a comment. Names are those of the computer's end.
 */
export type TapeLine =
  | { readonly kind: 'in' | 'out'; readonly bytes: Uint8Array }
  | { readonly kind: 'stop' };

export function readTape(name: string): TapeLine[] {
  const text = readFileSync(join(import.meta.dirname, `${name}.tape`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line, index): TapeLine => {
      const [kind, hex] = line.split(' ');
      if (kind === 'stop') return { kind };
      if ((kind !== 'in' && kind !== 'out') || hex === undefined || !/^([0-9a-f]{2})+$/.test(hex)) {
        throw new Error(`line ${index + 1} of ${name} is none`);
      }
      return { kind, bytes: Uint8Array.from(Buffer.from(hex, 'hex')) };
    });
}
