import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { Agent, Manager } from './agent.ts';
import { action, getAll } from './data.ts';
import { hostLocalMs } from './deviceTime.ts';
import { type AbsoluteTime, absoluteTimeOctets } from './mder.ts';
import { readMds } from './mds.ts';
import { ACTION } from './nomenclature.ts';
import { w32 } from './writer.ts';

/** The clock that an agent keeps, against the host's. */
export type AgentClock = {
  /** Host minus device, ms; null: not known. */
  offsetMs(): number | null;
  /** Compares what the agent told of itself. */
  compare(agent: Agent): void;
  /** Sets it to the host's local time and asks again what it says. */
  set(agent: Agent): Promise<Result<void>>;
};

type Options = {
  readonly manager: Pick<Manager, 'ask'>;
  readonly time: HostTime;
  readonly sink: Pick<SampleSink, 'onClock' | 'onEvent'>;
};

export function createAgentClock({ manager, time, sink }: Options): AgentClock {
  let offsetMs: number | null = null;
  /** What it told when it associated is compared once: it may have been set since. */
  let compared: Agent | null = null;

  async function tellTime(): Promise<AbsoluteTime | null> {
    const answer = await manager.ask(getAll(0), { repeatable: true });
    return answer.ok && answer.value.kind === 'getResult'
      ? readMds(answer.value.attributes).time
      : null;
  }
  return {
    offsetMs: () => offsetMs,
    compare: (agent) => {
      if (agent === compared) {
        return;
      }
      compared = agent;
      const { mds, toldAt } = agent;
      offsetMs = mds.time === null ? null : hostLocalMs(toldAt) - mds.time.ms;
      if (offsetMs !== null) {
        sink.onClock(offsetMs, false);
      }
    },
    set: async (agent) => {
      if (agent.mds.clockCanBeSet === false) {
        return failed('DEVICE_CANNOT', { command: 'setClock' });
      }
      const now = absoluteTimeOctets(hostLocalMs(time.wallClock()));
      // The accuracy that follows the time is a FLOAT; zero says that it is not known.
      const what = action(0, ACTION.setTime, [...now, ...w32(0)]);
      const set = await manager.ask(what, { repeatable: true });
      if (!set.ok) {
        return set;
      }
      // Whatever is answered next, the offset from before holds no more.
      const told = await tellTime();
      offsetMs = told === null ? 0 : hostLocalMs(time.wallClock()) - told.ms;
      sink.onClock(offsetMs, true);
      sink.onEvent({ code: 'clockSet' });
      return ok(undefined);
    },
  };
}
