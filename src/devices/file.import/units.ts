/** Voltages in microvolts. Spellings of UCUM, EDF and DICOM; the case of the prefix matters. */
const MICROVOLTS: Readonly<Record<string, number>> = {
  nV: 0.001,
  uV: 1,
  '\u00b5V': 1,
  '\u03bcV': 1,
  mV: 1000,
  V: 1_000_000,
};

/** @returns microvolts per `unit`; undefined when it is no voltage. */
export function microvoltsPer(unit: string): number | undefined {
  return Object.hasOwn(MICROVOLTS, unit) ? MICROVOLTS[unit] : undefined;
}
