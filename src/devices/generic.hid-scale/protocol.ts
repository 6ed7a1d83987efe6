/*
 * Scale Data Report of the USB-IF HID Point of Sale Usage Tables 1.02 (page 8Dh), without its id:
 * status, unit, power of ten (signed), weight (16 bits, little endian). The standard leaves the
 * layout to the report descriptor, which is not read here; every public reader of such scales takes
 * this one for granted. Some scales send it as report 4 (github.com/erjiang/usbscale).
 *
 * No checksum: of random reports of this length one in 745 passes. That a weight is wrong within a
 * well-formed report cannot be seen here; USB's own CRC-16 is all that guards it.
 */
export const REPORT_BYTES = 5;

/** In the order of the usages 71h to 78h, which the report counts from 1. */
const STATUSES = [
  'fault',
  'zero',
  'moving',
  'stable',
  'underZero',
  'overLimit',
  'needsCalibration',
  'needsZero',
] as const;
export type ScaleStatus = (typeof STATUSES)[number];

/**
 * Usages 51h to 5Ch, counted from 1, as far as anybody weighs persons in them. An avoirdupois pound is
 * 0.45359237 kg exactly (international agreement of 1959), an ounce a sixteenth of it.
 */
const UNITS: ReadonlyMap<number, { readonly name: string; readonly kg: number }> = new Map([
  [2, { name: 'g', kg: 0.001 }],
  [3, { name: 'kg', kg: 1 }],
  [11, { name: 'oz', kg: 0.45359237 / 16 }],
  [12, { name: 'lb', kg: 0.45359237 }],
]);

/** With sixteen bits nothing that is weighed needs more. */
const LARGEST_EXPONENT = 5;
/** Below a milligram is only what binary fractions leave behind. */
const PER_KG = 1e6;

export type ScaleReport = {
  readonly status: ScaleStatus;
  /** As shown on the scale. */
  readonly shown: number;
  /** null: a unit that is not in the table. */
  readonly unit: string | null;
  readonly kg: number | null;
};

/**
 * @param report without its id. Longer ones pass when the rest is zero: Windows fills up every report
 * to the longest that the device has.
 * @returns null: no scale data report.
 */
export function parseReport(report: Uint8Array): ScaleReport | null {
  const [statusCode = 0, unitCode = 0, scaling = 0, low = 0, high = 0] = report;
  const status = STATUSES[statusCode - 1];
  const exponent = (scaling << 24) >> 24;
  if (
    report.length < REPORT_BYTES ||
    status === undefined ||
    Math.abs(exponent) > LARGEST_EXPONENT ||
    report.subarray(REPORT_BYTES).some((byte) => byte !== 0)
  ) {
    return null;
  }
  const counts = low | (high << 8);
  // Divided, not multiplied by 0.1: 556 / 10 is 55.6.
  const shown = exponent < 0 ? counts / 10 ** -exponent : counts * 10 ** exponent;
  const unit = UNITS.get(unitCode);
  return {
    status,
    shown,
    unit: unit?.name ?? null,
    kg: unit === undefined ? null : Math.round(shown * unit.kg * PER_KG) / PER_KG,
  };
}
