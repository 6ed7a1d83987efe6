export type Reading = {
  /** Local time of the device: year, month, day, hour, minute, second. */
  readonly at: readonly [number, number, number, number, number, number];
  /** mmHg. */
  readonly sys: number;
  readonly dia: number;
  /** Beats a minute. */
  readonly pulse: number;
  /** High nibble 0 alone, 1 to 3 the place in a series of three (TruRead). */
  readonly flags: number;
};

/** What the two memories hold, newest first, as the index counts. */
export const BANKS: readonly (readonly Reading[])[] = [
  [
    { at: [2026, 11, 21, 8, 6, 33], sys: 152, dia: 94, pulse: 88, flags: 0x30 },
    { at: [2026, 11, 21, 8, 5, 12], sys: 149, dia: 92, pulse: 86, flags: 0x20 },
    { at: [2026, 11, 21, 8, 3, 58], sys: 155, dia: 95, pulse: 90, flags: 0x10 },
    // The reading of the public protocol notes, as somebody once took it.
    { at: [2007, 1, 3, 0, 6, 51], sys: 112, dia: 75, pulse: 71, flags: 0x00 },
  ],
  [
    { at: [2026, 11, 20, 19, 30, 0], sys: 118, dia: 76, pulse: 64, flags: 0x00 },
    { at: [2026, 11, 19, 7, 45, 59], sys: 255, dia: 140, pulse: 180, flags: 0x00 },
    { at: [2024, 2, 29, 23, 59, 59], sys: 86, dia: 52, pulse: 45, flags: 0x00 },
  ],
];
