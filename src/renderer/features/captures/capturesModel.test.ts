import { describe, expect, it } from 'vitest';
import { failed, ok } from '../../../contracts/faults.ts';
import { scriptedMain, settled } from '../../app/bridgeTesting.ts';
import { createCapturesModel } from './capturesModel.ts';
import { captureId, captureOf } from './captureTesting.ts';

const ACT = '7b6d2a34-52f5-4c8f-9c0e-0d3d7f6a1c01';
const NEXT_ACT = '7b6d2a34-52f5-4c8f-9c0e-0d3d7f6a1c99';

function rig(answers: Parameters<typeof scriptedMain>[0]) {
  const scripted = scriptedMain(answers);
  const captures = createCapturesModel({
    ...scripted.main,
    shrink: async () => null,
    urls: { createObjectURL: () => 'blob:1', revokeObjectURL: () => undefined },
  });
  return { ...scripted, captures };
}
const ids = (records: readonly { captureId: string }[]) => records.map((one) => one.captureId);

describe('the captures of an act', () => {
  it('are listed when it opens, and anew when something was captured', async () => {
    const { captures, answers, tell } = rig({ listCaptures: () => ok([captureOf(1)]) });
    captures.follow(ACT);
    await settled();
    expect(ids(captures.state().records)).toEqual([captureId(1)]);
    answers.listCaptures = () => ok([captureOf(2), captureOf(1)]);
    tell({ notice: 'captured', captureId: captureId(2) });
    await settled();
    expect(ids(captures.state().records)).toEqual([captureId(2), captureId(1)]);
  });

  it('are not asked for while no act is open', async () => {
    const { captures, asked, tell } = rig({ listCaptures: () => ok([captureOf(1)]) });
    tell({ notice: 'captured', captureId: captureId(1) });
    await settled();
    expect(asked).toEqual([]);
    expect(captures.state().records).toEqual([]);
  });

  it('of the one before never show under the next resident', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let asks = 0;
    const { captures } = rig({
      listCaptures: async () => {
        asks++;
        if (asks === 1) {
          await promise;
          return ok([captureOf(1)]);
        }
        return ok([captureOf(2)]);
      },
    });
    captures.follow(ACT);
    await settled();
    captures.follow(NEXT_ACT);
    const seen: string[][] = [];
    captures.subscribe(() => {
      seen.push(ids(captures.state().records));
    });
    resolve();
    await settled();
    expect(seen).toEqual([[captureId(2)]]);
  });

  it('are gone from the window when the act is', async () => {
    const { captures } = rig({ listCaptures: () => ok([captureOf(1)]) });
    captures.follow(ACT);
    await settled();
    captures.follow(null);
    expect(captures.state().records).toEqual([]);
  });

  it('stay on the screen, with the reason, when they cannot be listed anew', async () => {
    const { captures, answers, tell } = rig({ listCaptures: () => ok([captureOf(1)]) });
    captures.follow(ACT);
    await settled();
    answers.listCaptures = () => failed('STORE_BUSY');
    tell({ notice: 'captured', captureId: captureId(2) });
    await settled();
    expect(ids(captures.state().records)).toEqual([captureId(1)]);
    expect(captures.state().fault).toEqual({ code: 'STORE_BUSY' });
  });

  it('hold what was just kept without waiting for main to tell of it', async () => {
    const { captures, answers, asked } = rig({
      listCaptures: () => ok([]),
      captureEcg: () => ok(captureOf(3)),
    });
    captures.follow(ACT);
    await settled();
    answers.listCaptures = () => ok([captureOf(3)]);
    const kept = await captures.keepEcg(7, 120_000, 10);
    await settled();
    expect(kept.ok).toBe(true);
    expect(asked.find(({ name }) => name === 'captureEcg')?.input).toEqual({
      streamId: 7,
      toMs: 120_000,
      seconds: 10,
    });
    expect(ids(captures.state().records)).toEqual([captureId(3)]);
  });
});
