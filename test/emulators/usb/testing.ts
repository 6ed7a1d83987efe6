import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EmulatedInstrument } from '../definition.ts';

/** For tests: bytes of a hex text; blanks are ignored. */
export function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** For tests: what the device writes on its own up to `untilMs`, step by step as a host would. */
export function run(device: EmulatedInstrument, untilMs: number): Uint8Array[] {
  const writes: Uint8Array[] = [];
  for (let guard = 0; guard < 100_000; guard += 1) {
    const dueMs = device.nextDueMs();
    if (dueMs > untilMs) return writes;
    const out = device.advance(dueMs);
    writes.push(...out.writes);
    if (out.disconnect) return writes;
  }
  throw new Error('the device always has something due');
}

/** For tests: sends bytes and takes what is due at that moment. */
export function ask(device: EmulatedInstrument, bytes: Uint8Array, nowMs: number): Uint8Array[] {
  const before = device.advance(nowMs).writes;
  const replies = device.receive(bytes, nowMs);
  return [...before, ...replies, ...device.advance(nowMs).writes];
}

/** The folder of public recordings beside the checkout, or undefined where there is none. */
export function sharedData(): string | undefined {
  const given = process.env['CHARIOT_SHARED'];
  if (given !== undefined) return existsSync(given) ? given : undefined;
  let folder = import.meta.dirname;
  while (dirname(folder) !== folder) {
    folder = dirname(folder);
    const candidate = join(folder, 'shared/data');
    if (existsSync(candidate)) return candidate;
  }
  return undefined;
}

export function readShared(folder: string, name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)));
}
