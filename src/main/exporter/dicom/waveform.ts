import type { SignalLead } from '../sources.ts';
import type { Dataset } from './attributes.ts';
import { code } from './codes.ts';
import { leadNumber } from './ecgLeads.ts';
import { type Quantisation, quantise } from './quantise.ts';
import type { Resampling } from './resample.ts';
import type { Say } from './types.ts';
import { decimalString, text } from './values.ts';

/** Samples that were lost, as they stand in the object. */
type LostRun = { readonly from: number; readonly samples: number };

export type GroupSource = {
  readonly leads: readonly SignalLead[];
  readonly samplesPerLead: number;
  readonly rateHz: number;
  /** Rate before the resampling, if there was one. */
  readonly fromHz: number;
  readonly resampling: Resampling | null;
  readonly bits: 16 | 32;
  /** False: the device failed its calibration. */
  readonly isCalibrated: boolean;
};

type Channel = Quantisation & { readonly lead: SignalLead };

const MICROVOLT = [code('uV', 'UCUM', 'microvolt')];

/** Synchronization (C.7.4.2) by the cart's clock, which is not known to follow a time server. */
export function synchronizationModule(uid: string): Dataset {
  return {
    SynchronizationFrameOfReferenceUID: uid,
    SynchronizationTrigger: 'NO TRIGGER',
    AcquisitionTimeSynchronized: 'N',
  };
}

/** One item of the Waveform Sequence (PS3.3 C.10.9): channels interleaved, sample by sample. */
export function waveformGroup(
  source: GroupSource,
  say: Say,
): { readonly group: Dataset; readonly lost: readonly LostRun[] } {
  const { leads, samplesPerLead, bits } = source;
  const total = samplesPerLead * leads.length;
  // Every processor that Electron runs on writes these little endian, as DICOM wants them.
  const out = bits === 16 ? new Int16Array(total) : new Int32Array(total);
  const limit = bits === 16 ? 0x7fff : 0x7fffffff;
  const channels = leads.map((lead, first) => ({
    lead,
    ...quantise(lead.samples, { out, first, stride: leads.length, limit }),
  }));
  tellQuantisation(channels, say);
  const lost = lostRuns(channels, samplesPerLead);
  const group: Dataset = {
    WaveformOriginality: source.resampling === null ? 'ORIGINAL' : 'DERIVED',
    NumberOfWaveformChannels: leads.length,
    NumberOfWaveformSamples: samplesPerLead,
    SamplingFrequency: source.rateHz,
    MultiplexGroupLabel: 'RHYTHM',
    ChannelDefinitionSequence: channels.map((channel, index) =>
      channelItem(source, channel, index + 1, say),
    ),
    WaveformBitsAllocated: bits,
    WaveformSampleInterpretation: bits === 16 ? 'SS' : 'SL',
    WaveformPaddingValue: lost.length === 0 ? undefined : paddingBytes(limit, bits),
    WaveformData: new Uint8Array(out.buffer),
  };
  return { group, lost };
}

function channelItem(source: GroupSource, channel: Channel, position: number, say: Say): Dataset {
  const { lead } = channel;
  const number = leadNumber(lead);
  if (number === 0) {
    say({ code: 'unknownLead', params: { lead: lead.name } });
  }
  const meaning = number === 0 ? 'Unspecified lead' : `Lead ${lead.name}`;
  return {
    WaveformChannelNumber: position,
    ChannelLabel: text('SH', lead.name, 'ChannelLabel', say),
    ChannelStatus: source.isCalibrated ? undefined : 'UNCALIBRATED',
    ChannelSourceSequence: [code(`2:${number}`, 'MDC', text('LO', meaning, 'CodeMeaning', say))],
    ChannelDerivationDescription: derivation(source, lead, say),
    ...sensitivity(channel, say),
    ChannelSampleSkew: 0,
    WaveformBitsStored: source.bits,
    FilterHighFrequency: source.resampling?.cutOffHz,
  };
}

function derivation(
  { resampling, fromHz, rateHz }: GroupSource,
  lead: SignalLead,
  say: Say,
): string | undefined {
  const parts = lead.derived ? ['Computed from other leads'] : [];
  if (resampling !== null) {
    const rates = [fromHz, rateHz].map((rate) => decimalString(Number(rate.toFixed(2))));
    parts.push(`${rates.join('>')} Hz, Kaiser-windowed sinc`);
  }
  return parts.length === 0
    ? undefined
    : text('LO', parts.join('; '), 'ChannelDerivationDescription', say);
}

/** Sensitivity, its correction 1 and the baseline; absent where a count has no unit (C.10.9.1.4.2). */
function sensitivity({ lead, step, baseline }: Channel, say: Say): Dataset {
  if (lead.unit !== 'uV') {
    say({ code: 'noUnit', params: { lead: lead.name } });
    return {};
  }
  return {
    ChannelSensitivity: step,
    ChannelSensitivityUnitsSequence: MICROVOLT,
    ChannelSensitivityCorrectionFactor: 1,
    ChannelBaseline: baseline,
  };
}

function tellQuantisation(channels: readonly Channel[], say: Say): void {
  const namesOf = (some: readonly Channel[]): string => some.map(({ lead }) => lead.name).join(' ');
  const rounded = channels.filter(({ isExact }) => !isExact);
  if (rounded.length > 0) {
    const step = Math.max(...rounded.map((channel) => channel.step));
    say({ code: 'quantised', params: { leads: namesOf(rounded), step } });
  }
  const offset = channels.filter(({ baseline }) => baseline !== 0);
  if (offset.length > 0) {
    say({ code: 'baseline', params: { leads: namesOf(offset) } });
  }
}

function paddingBytes(limit: number, bits: 16 | 32): Uint8Array {
  const value = bits === 16 ? new Int16Array([-limit - 1]) : new Int32Array([-limit - 1]);
  return new Uint8Array(value.buffer);
}

/** A sample counts as lost where any lead has lost it. */
function lostRuns(channels: readonly Channel[], samplesPerLead: number): LostRun[] {
  const holed = channels.filter(({ hasLost }) => hasLost);
  const runs: LostRun[] = [];
  for (let from = 0; holed.length > 0 && from < samplesPerLead; from++) {
    let end = from;
    while (holed.some(({ lead }) => Number.isNaN(lead.samples[end]))) {
      end++;
    }
    if (end > from) {
      runs.push({ from, samples: end - from });
      from = end;
    }
  }
  return runs;
}

/** Waveform Annotation module (C.10.10): channel 0 is every channel, samples count from 1. */
export function lostAnnotations(runs: readonly LostRun[]): Dataset[] {
  return runs.map(({ from, samples }) => ({
    UnformattedTextValue: 'Samples lost',
    ReferencedWaveformChannels: [1, 0],
    TemporalRangeType: samples === 1 ? 'POINT' : 'SEGMENT',
    ReferencedSamplePositions: samples === 1 ? [from + 1] : [from + 1, from + samples],
  }));
}
