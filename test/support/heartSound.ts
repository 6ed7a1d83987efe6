/** Beats a minute. */
const RATE_BPM = 72;
/** [delay after the beat s, frequency Hz, decay s, amplitude]: first and second heart sound. */
const SOUNDS = [
  [0.02, 45, 0.03, 0.5],
  [0.02, 90, 0.02, 0.25],
  [0.33, 60, 0.022, 0.35],
  [0.33, 120, 0.014, 0.2],
] as const;
/** Of noise, in 16-bit steps: every stretch of the sound is like no other. */
const NOISE = 60;
/** A buffer of Chromium's fake microphone is 10 ms: a loop of whole buffers has no seam. */
const BUFFER_S = 0.01;

/**
 * A heart as a stethoscope hears it, made by formula: two damped tones for each sound, and noise.
 *
 * @returns 16-bit samples, a whole number of 10 ms buffers.
 */
export function heartSound(rateHz: number, seconds: number): Int16Array {
  const length = Math.round(seconds / BUFFER_S) * Math.round(rateHz * BUFFER_S);
  const beatS = 60 / RATE_BPM;
  let seed = 1;
  return Int16Array.from({ length }, (_, index) => {
    const inBeat = (index / rateHz) % beatS;
    const heart = SOUNDS.reduce((sum, [delay, frequency, decay, amplitude]) => {
      const after = inBeat - delay;
      return after < 0
        ? sum
        : sum + amplitude * Math.exp(-after / decay) * Math.sin(2 * Math.PI * frequency * after);
    }, 0);
    // Numerical Recipes' linear congruential generator: the same noise in every run.
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round(heart * 20_000 + (seed / 2 ** 32 - 0.5) * 2 * NOISE);
  });
}

/** WAV, PCM, one channel (Microsoft RIFF). */
export function wavOf16Bits(samples: Int16Array, rateHz: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rateHz, 24);
  head.writeUInt32LE(rateHz * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([head, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]);
}
