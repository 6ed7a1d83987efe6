import type { EmulatedInstrument, EmulatorDefinition, EmulatorOptions } from '../definition.ts';
import { parseFaultSwitches } from './faults.ts';

/** For tests: the device with these switches, e.g. `garbage:5`. */
export function withFaults(
  definition: EmulatorDefinition,
  switches: readonly string[] = [],
  options: EmulatorOptions = {},
): EmulatedInstrument {
  const parsed = parseFaultSwitches(definition.faults, switches);
  if (!parsed.ok) throw new Error(parsed.message);
  return definition.create({ ...options, faults: parsed.plan });
}

export type Collected = {
  readonly bytes: Buffer;
  readonly writes: readonly Uint8Array[];
  readonly frames: number;
  readonly disconnected: boolean;
};

/** For tests: gives the device time and collects what leaves it; ends where the link is cut. */
export function collect(
  device: EmulatedInstrument,
  seconds: number,
  stepMs = 4,
  fromMs = 0,
): Collected {
  const writes: Uint8Array[] = [];
  let frames = 0;
  let disconnected = false;
  for (let t = 0; t <= seconds * 1000 && !disconnected; t += stepMs) {
    const out = device.advance(fromMs + t);
    writes.push(...out.writes);
    frames += out.sent.length;
    disconnected = out.disconnect;
  }
  return { bytes: Buffer.concat(writes), writes, frames, disconnected };
}

/** For tests: says these bytes (hex) and collects the answer of the next `seconds`. */
export function ask(device: EmulatedInstrument, hex: string, atMs = 0, seconds = 1): Buffer {
  device.receive(Buffer.from(hex.replaceAll(' ', ''), 'hex'), atMs);
  return collect(device, seconds, 4, atMs).bytes;
}

export const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replaceAll(/(..)(?=.)/g, '$1 ');

/** For tests: how many bits differ between two byte strings of one length. */
export function bitsDiffering(a: Uint8Array, b: Uint8Array): number {
  return a.reduce(
    (sum, byte, i) => sum + (byte ^ (b[i] ?? 0)).toString(2).replaceAll('0', '').length,
    0,
  );
}

/** For tests: pieces of one length, the rest (if any) last. */
export function chunk(bytes: Uint8Array, length: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / length);
  return Array.from({ length: count }, (_, n) => bytes.subarray(n * length, (n + 1) * length));
}

/** For tests: when the device spoke, in ms, when asked every `stepMs`. */
export function speakingTimes(device: EmulatedInstrument, seconds: number, stepMs: number) {
  const times: number[] = [];
  for (let t = 0; t <= seconds * 1000; t += stepMs) {
    if (device.advance(t).writes.length > 0) times.push(t);
  }
  return times;
}
