import type { EmulatedInstrument } from '../definition.ts';
import { ask, fromHex } from '../usb/testing.ts';
import { createOmron } from './emulator.ts';
import { toReports } from './protocol.ts';

/** For tests: sends a command and joins the answer. */
export function say(device: EmulatedInstrument, command: readonly number[]): number[] {
  return toReports(Uint8Array.from(command))
    .flatMap((report) => ask(device, report, 0))
    .flatMap((report) => [...report.subarray(1, 1 + (report[0] ?? 0))]);
}

export function textOf(bytes: readonly number[]): string {
  return String.fromCharCode(...bytes);
}

/** For tests: a device in a mode, its line cleared. */
export function enter(mode: 'info' | 'readings', device = createOmron({})): EmulatedInstrument {
  device.control?.({ kind: 'setFeature', bytes: fromHex(mode === 'info' ? '0101' : '74bc') }, 0);
  say(
    device,
    Array.from({ length: 23 }, () => 0),
  );
  return device;
}

export function reading(device: EmulatedInstrument, bank: number, index: number): number[] {
  return say(device, [0x47, 0x4d, 0x45, 0, bank, 0, index, bank ^ index]);
}
