import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { Sound } from '../exporter/sources.ts';
import { wavSize } from '../store/mediaHeaders.ts';

/** The samples of a capture's WAV: `wavSize` knows no other than the plain float form. */
export function soundOf(wav: Uint8Array): Result<Sound> {
  const size = wavSize(wav);
  if (size === null) {
    return failed('EXPORT_SOURCE_DAMAGED');
  }
  const samplesAt = wav.byteOffset + wav.length - size.samples * 4;
  // A view where the samples lie as a view wants them: there may be an hour of them.
  const samples =
    samplesAt % 4 === 0
      ? new Float32Array(wav.buffer, samplesAt, size.samples)
      : new Float32Array(wav.slice(samplesAt - wav.byteOffset).buffer);
  return ok({ rateHz: size.rateHz, samples });
}
