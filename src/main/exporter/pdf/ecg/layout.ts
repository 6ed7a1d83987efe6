import { areTwelveLeads, leadNumber } from '../../dicom/ecgLeads.ts';
import type { Signal, SignalLead } from '../../sources.ts';

/** A part of a lead, and where in its row it begins. */
export type Strip = {
  readonly lead: SignalLead;
  readonly fromSample: number;
  readonly toSample: number;
  /** From the beginning of the row, seconds. */
  readonly atSeconds: number;
};
export type Row = readonly Strip[];
export type EcgPage = readonly Row[];

/** What fits on a page at 25 mm/s. */
export const PAGE_SECONDS = 10;
const COLUMN_SECONDS = PAGE_SECONDS / 4;
const MAX_ROWS = 5;

/** Term codes of the leads, row by row: I aVR V1 V4, II aVL V2 V5, III aVF V3 V6. */
const ROWS = [
  [1, 62, 3, 6],
  [2, 63, 4, 7],
  [61, 64, 5, 8],
] as const;
const LEAD_II = 2;

/**
 * How the columns of twelve leads lie in time: one after the other, or all at the beginning where the
 * recording is too short for that. null: there are no columns.
 */
export function columnsOf({ leads, samplesPerLead, rateHz }: Signal): 'inTurn' | 'atOnce' | null {
  if (!areTwelveLeads(leads)) {
    return null;
  }
  return samplesPerLead >= PAGE_SECONDS * rateHz ? 'inTurn' : 'atOnce';
}

/**
 * Twelve leads as everybody reads them: three rows of four, and lead II over the whole. Other leads:
 * one a row, as many pages as they need.
 */
export function pagesOf(signal: Signal): EcgPage[] {
  const { leads, samplesPerLead, rateHz } = signal;
  const end = Math.min(samplesPerLead, Math.round(PAGE_SECONDS * rateHz));
  const whole = (lead: SignalLead): Strip => ({
    lead,
    fromSample: 0,
    toSample: end,
    atSeconds: 0,
  });
  const columns = columnsOf(signal);
  if (columns === null) {
    const rows = leads.map((lead) => [whole(lead)]);
    return Array.from({ length: Math.ceil(rows.length / MAX_ROWS) }, (_, page) =>
      rows.slice(page * MAX_ROWS, (page + 1) * MAX_ROWS),
    );
  }
  const byNumber = new Map(leads.map((lead) => [leadNumber(lead), lead]));
  const rows = ROWS.map((numbers) =>
    numbers.flatMap((number, column): Strip[] => {
      const lead = byNumber.get(number);
      const from = columns === 'inTurn' ? Math.round(column * COLUMN_SECONDS * rateHz) : 0;
      const to = Math.min(end, from + Math.round(COLUMN_SECONDS * rateHz));
      const atSeconds = column * COLUMN_SECONDS;
      return lead === undefined ? [] : [{ lead, fromSample: from, toSample: to, atSeconds }];
    }),
  );
  const rhythm = byNumber.get(LEAD_II);
  return [rhythm === undefined ? rows : [...rows, [whole(rhythm)]]];
}
