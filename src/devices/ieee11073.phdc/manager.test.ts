import { describe, expect, it } from 'vitest';
import type { Result } from '../../contracts/faults.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { Agent } from './agent.ts';
import type { Verdict } from './inbox.ts';
import { createManager } from './manager.ts';

const REQUEST =
  'e2000032800000000001002a5079002680000000a0008000000040000000008000000008112233445566770702bc8480010100000000';
const EXTENDED = REQUEST.replace('02bc', '4000');
const NO_ATTRIBUTES = 'e700000e000c000102030006000000000000';
const READING =
  'e700003e003c0054010100360000004900500d1d002cf000000000020024000100120003000600780050006420071206121000000002000af2582007120612100000';
/** A configuration of one body fat ratio, which is not shown here. */
const USELESS =
  'e7000044004200010101003c0000ffffffff0d1c00324000' +
  '0001002c00060001' +
  '00040024' +
  '092f00040002e14c0a460002f0400996000202200a55000c000200080a56000409900008';

function rig() {
  let nowMs = 0;
  let jobs: { atMs: number; run: () => void }[] = [];
  const time: HostTime = {
    nowNs: () => BigInt(nowMs) * 1_000_000n,
    after: (ms, run) => {
      const job = { atMs: nowMs + ms, run };
      jobs.push(job);
      return () => {
        jobs = jobs.filter((other) => other !== job);
      };
    },
    wallClock: () => '2026-11-22T08:30:00.000Z',
  };
  const said: string[] = [];
  let bad = 0;
  const manager = createManager({
    time,
    send: (bytes) => said.push(Buffer.from(bytes).toString('hex')),
    onBad: (count) => {
      bad += count;
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    manager,
    said,
    bad: () => bad,
    jobs: () => jobs.length,
    hear: async (hex: string) => {
      manager.receive(Uint8Array.from(Buffer.from(hex, 'hex')), time.nowNs());
      await settle();
    },
    pass: async (ms: number) => {
      nowMs += ms;
      for (const job of jobs.filter(({ atMs }) => atMs <= nowMs)) {
        jobs = jobs.filter((other) => other !== job);
        job.run();
        await settle();
      }
    },
  };
}

/** The result of `call` so far; null while it is under way. */
function outcome(call: Promise<Result<Agent>>): () => Result<Agent> | null {
  let result: Result<Agent> | null = null;
  void call.then((value) => {
    result = value;
  });
  return () => result;
}

describe('a manager', () => {
  it('answers nobody before it was told to, and then the request that was kept', async () => {
    const { manager, said, hear } = rig();
    await hear(REQUEST);
    expect(said).toEqual([]);
    const result = outcome(manager.associate(15_000));
    await hear(NO_ATTRIBUTES);
    expect(said.map((hex) => hex.slice(0, 12))).toEqual(['e300002c0000', 'e700000e000c']);
    await hear(NO_ATTRIBUTES);
    expect(result()).toMatchObject({ ok: true, value: { systemId: '1122334455667707' } });
    expect(manager.state()).toBe('operating');
  });

  it('refuses what it has nothing in common with', async () => {
    const { manager, said, hear } = rig();
    const result = outcome(manager.associate(15_000));
    await hear(REQUEST.replace('e200003280000000', 'e200003240000000'));
    expect(said).toEqual(['e3000006000800000000']);
    expect(result()).toMatchObject({ ok: false, fault: { code: 'DEVICE_WRONG_IDENTITY' } });
    expect(manager.state()).toBe('unassociated');
  });

  it('calls a configuration unsupported that it can show nothing of', async () => {
    const { manager, said, hear } = rig();
    const result = outcome(manager.associate(15_000));
    await hear(EXTENDED);
    await hear(USELESS);
    expect(said[1]).toBe('e7000016001400010201000e0000000000000d1c000440000001');
    expect(result()).toMatchObject({ ok: false, fault: { code: 'DEVICE_WRONG_IDENTITY' } });
  });

  it('rejects a configuration that contradicts itself, and waits for another', async () => {
    const { manager, said, bad, hear } = rig();
    void manager.associate(15_000);
    await hear(EXTENDED);
    await hear(USELESS.replace('0001002c', '0002002c'));
    expect(said[1]).toBe('e700000a00080001040000020002');
    expect(bad()).toBe(1);
    expect(manager.state()).toBe('waitingForConfiguration');
  });

  it('aborts when no configuration comes in ten seconds', async () => {
    const { manager, said, hear, pass, jobs } = rig();
    const result = outcome(manager.associate(15_000));
    await hear(EXTENDED);
    await pass(10_000);
    expect(said.at(-1)).toBe('e60000020003');
    expect(result()).toMatchObject({ fault: { params: { what: 'configuration' } } });
    expect(jobs()).toBe(0);
  });

  it('makes an agent begin anew that believes in an old association, once', async () => {
    const { manager, said, hear } = rig();
    void manager.associate(15_000);
    await hear(READING);
    await hear(READING);
    expect(said).toEqual(['e60000020000']);
  });

  it('does the same after a silence', async () => {
    const { manager, said, pass } = rig();
    const result = outcome(manager.associate(15_000));
    await pass(2_500);
    expect(said).toEqual(['e60000020000']);
    await pass(12_500);
    expect(result()).toMatchObject({ fault: { code: 'DEVICE_NO_ANSWER' } });
  });

  it('asks three times for an answer that comes damaged, and no more', async () => {
    const { manager, said, bad, hear } = rig();
    const result = outcome(manager.associate(15_000));
    await hear(REQUEST);
    for (let times = 0; times < 3; times++) {
      await hear(NO_ATTRIBUTES.slice(0, -2));
    }
    expect(said.filter((hex) => hex.startsWith('e700000e'))).toHaveLength(3);
    expect(said.at(-1)).toBe('e60000020002');
    expect(bad()).toBe(3);
    expect(result()).toMatchObject({ fault: { code: 'DEVICE_PROTOCOL' } });
  });

  it('keeps events unanswered until somebody takes them, and answers a repetition the same', async () => {
    const { manager, said, hear } = rig();
    void manager.associate(15_000);
    await hear(REQUEST);
    await hear(READING);
    await hear(NO_ATTRIBUTES);
    const before = said.length;
    let verdict: Verdict = { kind: 'held' };
    const seen: number[] = [];
    manager.hear({
      onEvent: (event) => {
        seen.push(event.type);
        return verdict;
      },
      onBack: () => undefined,
      onGone: () => undefined,
    });
    expect(said).toHaveLength(before);
    verdict = { kind: 'taken' };
    manager.resume();
    expect(said.slice(before)).toEqual(['e7000012001000540201000a0000000000000d1d0000']);
    await hear(READING);
    expect(said.slice(before + 1)).toEqual(['e7000012001000540201000a0000000000000d1d0000']);
    expect(seen).toHaveLength(2);
  });

  it('answers a release, and ends what it was asked meanwhile', async () => {
    const { manager, said, hear } = rig();
    void manager.associate(15_000);
    await hear(REQUEST);
    await hear(NO_ATTRIBUTES);
    const asked = manager.ask(
      { choice: 0x0103, argument: [0, 0, 0, 0, 0, 0] },
      { repeatable: true },
    );
    await hear('e40000020000');
    expect(said.at(-1)).toBe('e50000020000');
    expect(await asked).toMatchObject({ fault: { code: 'DEVICE_SAID_ABORT' } });
    expect(manager.state()).toBe('unassociated');
  });

  it('aborts when its own release is not answered', async () => {
    const { manager, said, hear, pass, jobs } = rig();
    void manager.associate(15_000);
    await hear(REQUEST);
    await hear(NO_ATTRIBUTES);
    await manager.release();
    expect(said.at(-1)).toBe('e40000020000');
    await pass(3_000);
    expect(said.at(-1)).toBe('e60000020002');
    expect(jobs()).toBe(0);
  });
});
