/** The eight independent leads; III, aVR, aVL and aVF follow from I and II. */
export const MEASURED_LEADS = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type MeasuredLead = (typeof MEASURED_LEADS)[number];

/** A heart (generated or recorded) that can be asked for any instant. */
export type EcgSource = {
  /** For the `ready` event: `model`, or `record <name>`. */
  readonly description: string;
  /** True when computed here, false when a person's record. */
  readonly generated: boolean;
  /** Writes the eight leads in microvolts, in the order of `MEASURED_LEADS`, at `tSeconds` >= 0. */
  readonly at: (tSeconds: number, out: Float64Array) => void;
};

/** Einthoven and Goldberger: the four leads that nobody needs to measure, in microvolts. */
export function derivedLimbLeads(leadI: number, leadII: number) {
  return {
    III: leadII - leadI,
    aVR: -(leadI + leadII) / 2,
    aVL: leadI - leadII / 2,
    aVF: leadII - leadI / 2,
  };
}
