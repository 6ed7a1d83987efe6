import type { Signal } from '../sources.ts';
import { areTwelveLeads } from './ecgLeads.ts';
import type { Say } from './types.ts';

type EcgClass = {
  readonly sopClassUid: string;
  readonly bits: 16 | 32;
  readonly isEnhanced: boolean;
};

const TWELVE_LEAD: EcgClass = {
  sopClassUid: '1.2.840.10008.5.1.4.1.1.9.1.1',
  bits: 16,
  isEnhanced: false,
};
const GENERAL: EcgClass = {
  sopClassUid: '1.2.840.10008.5.1.4.1.1.9.1.2',
  bits: 16,
  isEnhanced: false,
};
const GENERAL_32_BIT: EcgClass = {
  sopClassUid: '1.2.840.10008.5.1.4.1.1.9.1.4',
  bits: 32,
  isEnhanced: true,
};
/** PS3.3 A.34.3.4.4: samples of a channel in a 12-Lead ECG; General ECG has no such limit. */
const MAX_TWELVE_LEAD_SAMPLES = 16_384;

/** 12-Lead only where the object is what that class promises; else General ECG, and `say` tells. */
export function ecgClassOf(
  { leads, samplesPerLead }: Pick<Signal, 'leads' | 'samplesPerLead'>,
  isLossless: boolean,
  say: Say,
): EcgClass {
  if (isLossless) {
    return GENERAL_32_BIT;
  }
  const why = !areTwelveLeads(leads)
    ? 'leads'
    : leads.some(({ unit }) => unit !== 'uV')
      ? 'unit'
      : samplesPerLead > MAX_TWELVE_LEAD_SAMPLES
        ? 'samples'
        : null;
  if (why === null) {
    return TWELVE_LEAD;
  }
  say({ code: 'generalEcg', params: { why } });
  return GENERAL;
}
