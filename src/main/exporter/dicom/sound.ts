import type { CaptureRecord } from '../../../contracts/captures.ts';
import { failed, ok, type Result } from '../../../contracts/faults.ts';
import type { DocumentContext, Sound } from '../sources.ts';
import type { Dataset } from './attributes.ts';
import { code, HEART_SCT, LATERALITY_CODES, regionCode } from './codes.ts';
import { boundTo, type Content, frameObject } from './frame.ts';
import { type Resampling, resample, resamplingFor, tellResampling } from './resample.ts';
import type { DicomDocument, DicomOptions, ExportNote, Say } from './types.ts';
import { synchronizationModule } from './waveform.ts';

const GENERAL_AUDIO = '1.2.840.10008.5.1.4.1.1.9.4.2';
/** PS3.3 A.34.10.4: 44.1 kHz at most. */
const RATE_LIMITS = { minHz: 0, maxHz: 44_100 };
/** What a device of 16 bits gave comes back as the same counts: a browser divided them by this. */
const FULL_SCALE = 0x8000;

/** A stethoscope's sound as General Audio Waveform: one channel of 16 bits, without a unit. */
export function soundDocument(
  capture: CaptureRecord,
  sound: Sound,
  context: DocumentContext,
  options: DicomOptions,
): Result<DicomDocument> {
  const bound = boundTo([capture], context);
  if (!bound.ok) {
    return bound;
  }
  if (sound.samples.length === 0) {
    return failed('EXPORT_NO_SIGNAL');
  }
  const resampling = resamplingFor(sound.rateHz, RATE_LIMITS);
  if (resampling !== null && options.rate === 'refuse') {
    return failed('EXPORT_RATE_REFUSED', { rateHz: sound.rateHz });
  }
  const notes: ExportNote[] = [];
  const group = soundGroup(capture, sound, resampling, (note) => void notes.push(note));
  const frame = {
    sopClassUid: GENERAL_AUDIO,
    modality: 'AU',
    origin: capture.provenance,
    isEnhanced: true,
    acquiredAt: startOf(capture, sound),
    createdAt: capture.savedAt,
    operator: capture.provenance.operator,
  } as const;
  const contentOf: Content = ({ synchronization }) => ({
    ...synchronizationModule(synchronization()),
    AcquisitionContextSequence: [],
    WaveformSequence: [group],
  });
  return ok(frameObject(context, options, frame, contentOf, notes));
}

/** `takenAt` is when the recording was ended: its first sample is its length before. */
function startOf({ content }: CaptureRecord, { rateHz, samples }: Sound): string {
  const ended = Date.parse(content.takenAt);
  return new Date(ended - (samples.length * 1000) / rateHz).toISOString();
}

function soundGroup(
  capture: CaptureRecord,
  sound: Sound,
  resampling: Resampling | null,
  say: Say,
): Dataset {
  const samples =
    resampling === null ? sound.samples : resample(Float64Array.from(sound.samples), resampling);
  const rateHz = resampling?.toHz ?? sound.rateHz;
  tellResampling(sound.rateHz, resampling, say);
  return {
    WaveformOriginality: resampling === null ? 'ORIGINAL' : 'DERIVED',
    NumberOfWaveformChannels: 1,
    NumberOfWaveformSamples: samples.length,
    SamplingFrequency: rateHz,
    ChannelDefinitionSequence: [
      {
        WaveformChannelNumber: 1,
        ...channelSource(capture, say),
        ChannelDerivationDescription:
          resampling === null ? undefined : `${sound.rateHz}>${rateHz} Hz, Kaiser-windowed sinc`,
        ChannelSampleSkew: 0,
        WaveformBitsStored: 16,
        FilterHighFrequency: resampling?.cutOffHz,
      },
    ],
    WaveformBitsAllocated: 16,
    WaveformSampleInterpretation: 'SS',
    WaveformData: new Uint8Array(sixteenBits(samples, say).buffer),
  };
}

/** PS3.16 CID 3000; where it was listened to qualifies it. */
function channelSource({ bodySite }: CaptureRecord, say: Say): Dataset {
  const source =
    bodySite?.code === HEART_SCT
      ? code('109114', 'DCM', 'Phonocardiogram')
      : code('109115', 'DCM', 'Physiological audio signal');
  const side = bodySite?.laterality == null ? [] : LATERALITY_CODES[bodySite.laterality];
  const modifiers = bodySite === null ? [] : [...regionCode(bodySite, say), ...side];
  return {
    ChannelSourceSequence: [source],
    ChannelSourceModifiersSequence: modifiers.length === 0 ? undefined : modifiers,
  };
}

function sixteenBits(samples: Float32Array | Float64Array, say: Say): Int16Array {
  const out = new Int16Array(samples.length);
  let clipped = 0;
  let isExact = true;
  for (let index = 0; index < samples.length; index++) {
    const value = (samples[index] ?? 0) * FULL_SCALE;
    const count = Math.round(value);
    const inside = Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, count));
    clipped += inside === count ? 0 : 1;
    isExact &&= count === value;
    out[index] = inside;
  }
  if (!isExact) {
    say({ code: 'quantised', params: { leads: 'audio', step: 1 / FULL_SCALE } });
  }
  if (clipped > 0) {
    say({ code: 'clipped', params: { samples: clipped } });
  }
  return out;
}
