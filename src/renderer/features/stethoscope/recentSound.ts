/** The last seconds as they came, without a hole in them: what "keep this" keeps. */
export class RecentSound {
  readonly #ring: Float32Array<ArrayBuffer>;
  #at = 0;
  #held = 0;

  constructor(seconds: number, rateHz: number) {
    this.#ring = new Float32Array(Math.max(1, Math.round(seconds * rateHz)));
  }

  push(samples: Float32Array): void {
    for (const sample of samples) {
      this.#ring[this.#at] = sample;
      this.#at = (this.#at + 1) % this.#ring.length;
    }
    this.#held = Math.min(this.#ring.length, this.#held + samples.length);
  }

  /** A hole: what was before it does not join what comes. */
  clear(): void {
    this.#held = 0;
  }

  /** Oldest first; empty when there is nothing yet. */
  samples(): Float32Array {
    const out = new Float32Array(this.#held);
    for (let index = 0; index < out.length; index++) {
      const at = (this.#at - this.#held + index + this.#ring.length) % this.#ring.length;
      out[index] = this.#ring[at] ?? 0;
    }
    return out;
  }
}

const HEAD_BYTES = 44;
const WAVE_FORMAT_IEEE_FLOAT = 3;

/** WAV of one channel of 32-bit float samples (Microsoft RIFF, mmreg.h): nothing is rounded. */
export function encodeWav(samples: Float32Array, rateHz: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD_BYTES + samples.length * 4);
  const view = new DataView(bytes.buffer);
  const text = (at: number, words: string): void => bytes.set(new TextEncoder().encode(words), at);
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, WAVE_FORMAT_IEEE_FLOAT, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * 4, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 32, true);
  text(36, 'data');
  view.setUint32(40, samples.length * 4, true);
  for (const [index, sample] of samples.entries()) {
    view.setFloat32(HEAD_BYTES + index * 4, sample, true);
  }
  return bytes;
}
