import { describe, expect, it } from 'vitest';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { Agent } from './agent.ts';
import { createAgentClock } from './agentClock.ts';
import { type DataMessage, MESSAGE, type Spoken } from './data.ts';
import { hostLocalMs } from './deviceTime.ts';
import { readMds } from './mds.ts';

const NOW = '2026-11-22T08:30:00.000Z';
const HOUR_MS = 3_600_000;

/** An agent an hour slow that takes a new time. @param told what it answers when asked again. */
function rig(told: Result<DataMessage>) {
  const said: [number, boolean][] = [];
  const clock = createAgentClock({
    manager: {
      ask: async ({ choice }: Spoken): Promise<Result<DataMessage>> =>
        choice === MESSAGE.get
          ? told
          : ok({ kind: 'actionResult', handle: 0, type: 0x0c17, info: new Uint8Array(0) }),
    },
    time: { nowNs: () => 0n, after: () => () => undefined, wallClock: () => NOW },
    sink: { onClock: (offsetMs, set) => said.push([offsetMs, set]), onEvent: () => undefined },
  });
  const agent: Agent = {
    systemId: '',
    configuration: { id: 0, objects: new Map() },
    mds: { ...readMds([]), time: { text: '', ms: hostLocalMs(NOW) - HOUR_MS } },
    toldAt: NOW,
  };
  return { clock, agent, said };
}

describe('the clock of an agent, once set', () => {
  it.each([
    ['does not answer when asked again', failed('DEVICE_NO_ANSWER')],
    ['tells no time', ok<DataMessage>({ kind: 'getResult', handle: 0, attributes: [] })],
  ])('is no longer off by what it was, though it %s', async (_, told) => {
    const { clock, agent, said } = rig(told);
    clock.compare(agent);
    expect(clock.offsetMs()).toBe(HOUR_MS);
    expect(await clock.set(agent)).toEqual(ok(undefined));
    expect(clock.offsetMs()).toBe(0);
    expect(said).toEqual([
      [HOUR_MS, false],
      [0, true],
    ]);
  });
});
