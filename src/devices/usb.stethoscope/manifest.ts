import { FEED_FULL_SCALE } from '../../contracts/windowFeed.ts';
import type { AdapterManifest, StreamSpec } from '../_sdk/adapter.ts';

/** Of full scale: a microphone has no pascals without a calibrator. */
export const SOUND_SCALE = 1 / FEED_FULL_SCALE;

export function soundStream(rateHz: number): StreamSpec {
  return {
    name: 'sound',
    kind: 'sound',
    rateHz,
    channels: [{ code: 0, name: 'sound', unit: 'count' }],
    leads: [],
    // A microphone that is connected has noise; a muted or dead one gives equal samples.
    frozenMs: 1_000,
  };
}

/**
 * A USB stethoscope is an audio device of class 1 or 2 (USB Audio Device Class): the browser reaches
 * it with getUserMedia and no voice processing, and hands its samples over (contracts/windowFeed.ts).
 */
export const STETHOSCOPE_MANIFEST: AdapterManifest = {
  adapterId: 'usb.stethoscope',
  adapterVersion: '1.0.0',
  manufacturer: 'USB Audio',
  model: 'Stethoscope',
  kind: 'stethoscope',
  wires: [{ kind: 'window', name: 'getUserMedia' }],
  fingerprints: [],
  streams: [soundStream(48_000)],
  measurements: [],
  capabilities: [],
  caveats: ['relativeScale'],
  listensOnly: true,
  quietMs: 500,
  silentMs: 3_000,
  replay: null,
  sources: [
    'W3C Media Capture and Streams: echoCancellation, noiseSuppression, autoGainControl',
    'USB-IF: Universal Serial Bus Device Class Definition for Audio Devices',
  ],
};
