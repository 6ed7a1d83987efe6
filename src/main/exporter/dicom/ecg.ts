import { failed, ok, type Result } from '../../../contracts/faults.ts';
import type { DocumentContext, EcgSource, Signal, SignalLead } from '../sources.ts';
import type { Dataset } from './attributes.ts';
import { ecgClassOf } from './ecgClass.ts';
import { boundTo, type Content, frameObject } from './frame.ts';
import { type Resampling, resample, resamplingFor, tellResampling } from './resample.ts';
import type { DicomDocument, DicomOptions, ExportNote, Say } from './types.ts';
import {
  type GroupSource,
  lostAnnotations,
  synchronizationModule,
  waveformGroup,
} from './waveform.ts';

/** PS3.3 A.34.3.4 and A.34.4.4: 200 to 1000 Hz. */
const RATE_LIMITS = { minHz: 200, maxHz: 1000 };
/** Below this it is no ECG that anybody could read, however it is interpolated. */
const LEAST_HZ = 50;
const MAX_CHANNELS = 24;

/**
 * An ECG excerpt as 12-Lead ECG, General ECG or General 32-bit ECG: one multiplex group, nothing
 * filtered but by a resampling that the object itself tells.
 */
export function ecgDocument(
  { capture, signal }: EcgSource,
  context: DocumentContext,
  options: DicomOptions,
): Result<DicomDocument> {
  const bound = boundTo([capture], context);
  const sampled = bound.ok ? sampledFor(signal, options) : bound;
  if (!sampled.ok) {
    return sampled;
  }
  const notes: ExportNote[] = [];
  const say: Say = (note) => void notes.push(note);
  const { shaped, resampling } = sampled.value;
  const ecgClass = ecgClassOf(shaped, options.lossless ?? false, say);
  tellResampling(signal.rateHz, resampling, say);
  const source: GroupSource = {
    ...shaped,
    fromHz: signal.rateHz,
    resampling,
    bits: ecgClass.bits,
    isCalibrated: capture.provenance.calibration?.state !== 'failed',
  };
  const content = waveformContent(source, say);
  const frame = {
    sopClassUid: ecgClass.sopClassUid,
    modality: 'ECG',
    origin: capture.provenance,
    isEnhanced: ecgClass.isEnhanced,
    acquiredAt: signal.startedAt,
    createdAt: capture.savedAt,
    operator: capture.provenance.operator,
  } as const;
  const contentOf: Content = ({ synchronization }) => ({
    ...synchronizationModule(synchronization()),
    ...content,
  });
  return ok(frameObject(context, options, frame, contentOf, notes));
}

type Shaped = Pick<Signal, 'leads' | 'rateHz' | 'samplesPerLead'>;

function sampledFor(
  signal: Signal,
  { rate = 'resample', lossless = false }: DicomOptions,
): Result<{ readonly shaped: Shaped; readonly resampling: Resampling | null }> {
  const { leads, rateHz } = signal;
  if (leads.length === 0 || signal.samplesPerLead === 0 || leads.every(isLost)) {
    return failed('EXPORT_NO_SIGNAL');
  }
  if (leads.length > MAX_CHANNELS) {
    return failed('EXPORT_TOO_MANY_CHANNELS', { channels: leads.length, limit: MAX_CHANNELS });
  }
  const resampling = lossless ? null : resamplingFor(rateHz, RATE_LIMITS);
  if (rateHz < LEAST_HZ || (resampling !== null && rate === 'refuse')) {
    return failed('EXPORT_RATE_REFUSED', { rateHz });
  }
  if (resampling === null) {
    return ok({ shaped: signal, resampling });
  }
  const made = leads.map((lead) => ({ ...lead, samples: resample(lead.samples, resampling) }));
  const samplesPerLead = made[0]?.samples.length ?? 0;
  return ok({ shaped: { leads: made, rateHz: resampling.toHz, samplesPerLead }, resampling });
}

function isLost({ samples }: SignalLead): boolean {
  return samples.every((value) => Number.isNaN(value));
}

function waveformContent(source: GroupSource, say: Say): Dataset {
  const { group, lost } = waveformGroup(source, say);
  const annotations = lostAnnotations(lost);
  if (annotations.length > 0) {
    const samples = lost.reduce((sum, run) => sum + run.samples, 0);
    say({ code: 'lostSamples', params: { samples, gaps: lost.length } });
  }
  return {
    AcquisitionContextSequence: [],
    WaveformAnnotationSequence: annotations.length > 0 ? annotations : undefined,
    WaveformSequence: [group],
  };
}
