import type { OutboxSummary } from '../../../contracts/outbox.ts';
import type { Tone } from '../../ui/StateBadge.tsx';
import type { OutboxState } from './outboxModel.ts';

/**
 * What the quiet mark in the header says.
 * - unknown: main has not told yet, or cannot;
 * - clear: everything has arrived;
 * - waiting: something is on its way, nobody need do anything;
 * - held: it waits for the network, or because somebody paused it;
 * - stuck: a person is needed.
 */
export type Indicator = {
  readonly state: 'unknown' | 'clear' | 'waiting' | 'held' | 'stuck';
  readonly tone: Tone;
  /** Key of the words under `outbox.indicator`. */
  readonly words: string;
  readonly count: number;
};

export function indicatorOf({ summary, fault }: OutboxState): Indicator {
  if (fault !== null) {
    return { state: 'unknown', tone: 'bad', words: 'unavailable', count: 0 };
  }
  if (summary === null) {
    return { state: 'unknown', tone: 'idle', words: 'unknown', count: 0 };
  }
  const { stuck, waiting } = summary;
  if (stuck > 0) {
    return { state: 'stuck', tone: 'warn', words: 'stuck', count: stuck };
  }
  return summary.network === 'up' ? flowing(waiting) : held(summary.network, waiting);
}

function flowing(waiting: number): Indicator {
  return waiting === 0
    ? { state: 'clear', tone: 'good', words: 'clear', count: 0 }
    : { state: 'waiting', tone: 'idle', words: 'waiting', count: waiting };
}

/** A portal asks for a person even while nothing waits: the next act would. */
function held(network: Exclude<OutboxSummary['network'], 'up'>, waiting: number): Indicator {
  if (waiting === 0 && network === 'offline') {
    return flowing(waiting);
  }
  const words = waiting === 0 ? network : `${network}Waiting`;
  return { state: 'held', tone: 'warn', words, count: waiting };
}
