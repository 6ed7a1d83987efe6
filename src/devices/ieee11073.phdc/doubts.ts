import type { QualityCause } from '../../contracts/devices.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { Configuration } from './configuration.ts';
import { metricOf } from './metrics.ts';

/** An agent that measures all the time reports at least each second or two. */
const QUIET_MS = 5_000;

/** What an agent doubts itself, and its silence where it should not be silent. */
export type Doubts = {
  /** The states that the agent tells now. */
  tell(causes: readonly QualityCause[]): void;
  setSilent(silent: boolean): void;
  /** Something was reported. */
  heard(): void;
  /** From now on a silence is told, if this agent measures all the time. */
  watch(configuration: Configuration): void;
  /** This agent measures all the time, and was started. */
  readonly watching: () => boolean;
  /** Nothing is expected any more. */
  rest(): void;
};

type Options = { readonly sink: Pick<SampleSink, 'onQuality'>; readonly time: HostTime };

export function createDoubts({ sink, time }: Options): Doubts {
  let told: readonly QualityCause[] = [];
  let silent = false;
  let watching = false;
  let last = '[]';
  let cancel: () => void = () => {};

  function say(): void {
    const causes: QualityCause[] = silent ? [...told, { cause: 'silent' }] : [...told];
    const text = JSON.stringify(causes);
    if (text !== last) {
      last = text;
      sink.onQuality(causes);
    }
  }

  function setSilent(now: boolean): void {
    if (now !== silent) {
      silent = now;
      say();
    }
  }

  function arm(): void {
    cancel();
    cancel = time.after(QUIET_MS, () => setSilent(true));
  }

  return {
    tell: (causes) => {
      told = causes;
      say();
    },
    setSilent,
    heard: () => {
      setSilent(false);
      if (watching) {
        arm();
      }
    },
    watch: (configuration) => {
      watching = isContinuous(configuration);
      if (watching) {
        arm();
      }
    },
    watching: () => watching,
    rest: () => {
      watching = false;
      cancel();
    },
  };
}

function isContinuous(configuration: Configuration): boolean {
  return [...configuration.objects.values()].some(
    ({ type, supplemental, sampleArray }) =>
      sampleArray !== null || (type !== null && metricOf(type, supplemental)?.continuous === true),
  );
}
