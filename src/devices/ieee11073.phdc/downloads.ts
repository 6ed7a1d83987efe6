import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import type { Agent, Manager } from './agent.ts';
import { ABORT_REASON } from './apdu.ts';
import type { ConfigObject } from './configuration.ts';
import type { Doubts } from './doubts.ts';
import type { StoreReader } from './store.ts';

const ATTEMPTS = 3;

/** All stores of an agent, read as one. */
export type Downloads = {
  /**
   * Reads all stores while `wanted`. Fails when the agent goes away, or when it did not hand over
   * everything in three attempts: then the association is ended, for nothing more is known of it.
   */
  read(agent: Agent, wanted: () => boolean): Promise<Result<void>>;
  /**
   * The same, reaching an agent that goes away again: it kept what was not confirmed.
   * @param clear deletes the stores once all of them were read.
   */
  readAndClear(reach: () => Promise<Result<Agent>>, clear: boolean): Promise<Result<void>>;
};

type Options = {
  readonly manager: Pick<Manager, 'agent' | 'abort'>;
  readonly store: StoreReader;
  readonly doubts: Pick<Doubts, 'setSilent'>;
  readonly sink: Pick<SampleSink, 'onBadFrames' | 'onEvent'>;
};

export function createDownloads({ manager, store, doubts, sink }: Options): Downloads {
  async function eachStore(
    agent: Agent,
    action: (object: ConfigObject) => Promise<Result<unknown>>,
  ): Promise<Result<void>> {
    for (const object of storesOf(agent)) {
      const done = await action(object);
      if (!done.ok) {
        return done;
      }
    }
    return ok(undefined);
  }

  async function read(agent: Agent, wanted: () => boolean): Promise<Result<void>> {
    for (let tries = 1; ; tries++) {
      const done = await eachStore(agent, (object) => store.download(object, agent.configuration));
      if (done.ok) {
        doubts.setSilent(false);
        sink.onEvent({ code: 'downloaded' });
        return done;
      }
      if (manager.agent() !== agent || !wanted()) {
        return done;
      }
      sink.onBadFrames(1);
      if (tries === ATTEMPTS) {
        doubts.setSilent(true);
        manager.abort(ABORT_REASON.responseTimeout, done.fault);
        return done;
      }
    }
  }

  async function readAndClear(
    reach: () => Promise<Result<Agent>>,
    clear: boolean,
  ): Promise<Result<void>> {
    for (let tries = 1; ; tries++) {
      const agent = await reach();
      if (!agent.ok) {
        return agent;
      }
      if (storesOf(agent.value).length === 0) {
        return failed('DEVICE_CANNOT', { command: 'download' });
      }
      const done = await read(agent.value, () => true);
      if (done.ok) {
        return clear ? eachStore(agent.value, (object) => store.clear(object)) : done;
      }
      if (tries === ATTEMPTS || done.fault.code === 'DEVICE_REJECTED_COMMAND') {
        return done;
      }
    }
  }

  return { read, readAndClear };
}

export function storesOf({ configuration }: Agent): ConfigObject[] {
  return [...configuration.objects.values()].filter((object) => object.store !== null);
}
