import type { QualityCause } from '../../contracts/devices.ts';
import type { SampleSink } from './adapter.ts';

/** Tells the device's own doubts when they change; cheap enough to be asked with each frame. */
export type QualityTeller = {
  /** @param bits bit n: the nth of the causes holds now. */
  readonly tell: (bits: number) => void;
  /** A new start, at which nothing is doubted yet. */
  readonly reset: () => void;
};

export function createQualityTeller(
  sink: Pick<SampleSink, 'onQuality'>,
  causes: readonly QualityCause['cause'][],
): QualityTeller {
  let told = 0;
  return {
    tell: (bits) => {
      if (bits !== told) {
        told = bits;
        const holding = causes.filter((_, index) => (bits & (1 << index)) !== 0);
        sink.onQuality(holding.map((cause) => ({ cause })));
      }
    },
    reset: () => {
      told = 0;
    },
  };
}
