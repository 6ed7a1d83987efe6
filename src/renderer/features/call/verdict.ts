import type { LinkFigures } from '../../media/callState.ts';
import type { Tone } from '../../ui/StateBadge.tsx';

export type LinkVerdict = {
  readonly tone: Tone;
  /** Key of the sentence, below `link.`. */
  readonly words: 'nothingYet' | 'missing' | 'lost' | 'slow' | 'caughtUpAll' | 'complete';
};

/** A delay that a person notices while talking about what both see. */
const SLOW_MS = 400;

/** The one sentence that a physician should read about the link. */
export function linkVerdict(link: LinkFigures): LinkVerdict {
  if (link.samplesReceived === 0) {
    return { tone: 'idle', words: 'nothingYet' };
  }
  if (link.samplesLost > 0 && link.samplesLost === link.samplesMissing) {
    return { tone: 'bad', words: 'lost' };
  }
  if (link.samplesMissing > 0) {
    return { tone: 'warn', words: 'missing' };
  }
  if (link.delayMs !== null && link.delayMs.p95 > SLOW_MS) {
    return { tone: 'warn', words: 'slow' };
  }
  return { tone: 'good', words: link.backfilledSamples > 0 ? 'caughtUpAll' : 'complete' };
}
