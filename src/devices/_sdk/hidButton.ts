import type { ButtonReader } from './buttonSource.ts';

/**
 * A button as HID reports it, whatever its report looks like: a bit, a usage (consumer page 0Ch, 65h
 * snapshot), with or without a report id. Only a change makes a report, so the first one is a press
 * unless it is empty; a report with fewer bits set than the press had is the release.
 */
export function createHidButtonReader(): ButtonReader {
  let pressBits: number | null = null;
  return (report, told) => {
    const bits = bitsSet(report);
    const pressed = bits > 0 && (pressBits === null || bits >= pressBits);
    if (pressed) {
      pressBits = bits;
    }
    told.edge(pressed);
  };
}

function bitsSet(report: Uint8Array): number {
  let bits = 0;
  for (const byte of report) {
    for (let rest = byte; rest !== 0; rest &= rest - 1) {
      bits++;
    }
  }
  return bits;
}
