import { AudioEnvelope } from '../../../signal/audioEnvelope.ts';
import { type AudioLevel, LevelMeter } from '../../../signal/audioLevel.ts';
import type { StreamClient } from '../../media/streamClient.ts';
import { HoleWatch } from './holeWatch.ts';
import { RecentSound } from './recentSound.ts';
import { createSoundFeed } from './soundFeed.ts';
import type { SoundPiece } from './soundTap.ts';

/** How long a look back the waveform gives, seconds. */
export const SHOWN_S = 6;
const SHOWN_COLUMNS = 1200;
/** What "keep" keeps: several breaths, a dozen heartbeats. */
export const KEPT_S = 15;

/** One microphone at one rate, from its first sample to its last. */
export type Listening = {
  readonly label: string;
  readonly rateHz: number;
  readonly envelope: AudioEnvelope;
  /** @returns the level when a new one is there. */
  readonly push: (piece: SoundPiece) => AudioLevel | null;
  /** Says hello to a host that does not know it yet. */
  readonly hello: () => void;
  readonly missing: () => number;
  /** The last KEPT_S seconds, as they came. */
  readonly recent: () => Float32Array;
  readonly end: () => void;
};

export function createListening(deps: {
  readonly stream: Pick<StreamClient, 'feed' | 'endFeed'>;
  readonly label: string;
  readonly rateHz: number;
}): Listening {
  const { label, rateHz } = deps;
  const feed = createSoundFeed(deps);
  const meter = new LevelMeter(rateHz);
  const envelope = new AudioEnvelope(SHOWN_COLUMNS, SHOWN_S, rateHz);
  const recent = new RecentSound(KEPT_S, rateHz);
  const holes = new HoleWatch(rateHz);
  let missing = 0;
  feed.hello();

  return {
    label,
    rateHz,
    envelope,
    push: ({ samples, timeUs }) => {
      const hole = holes.push(timeUs, samples.length);
      if (hole > 0) {
        missing += hole;
        feed.skip(hole);
        envelope.skip(hole);
        recent.clear();
      }
      feed.push(samples);
      envelope.push(samples);
      recent.push(samples);
      return meter.push(samples);
    },
    hello: feed.hello,
    missing: () => missing,
    recent: () => recent.samples(),
    end: feed.end,
  };
}
