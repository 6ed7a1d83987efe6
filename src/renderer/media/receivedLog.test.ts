import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EPOCHS_PER_START } from '../../contracts/sampleBlock.ts';
import { type ReceivedBlock, ReceivedLog } from './receivedLog.ts';

const SAMPLES = 10;

function blockOf(epoch: number, seq: number, late = false): ReceivedBlock {
  return { streamId: 1, epoch, seq, firstSample: seq * SAMPLES, samples: SAMPLES, late };
}

const nameOf = ({ epoch, seq }: { epoch: number; seq: number }): string => `${epoch}:${seq}`;

/** Lets the cart answer out of a record of `lengths[epoch]` blocks until nothing more is asked. */
function backfill(
  log: ReceivedLog,
  lengths: readonly number[],
  options: {
    startMs?: number;
    absent?: ReadonlySet<string>;
    answerFirst?: boolean;
    loses?: () => boolean;
  } = {},
): { late: number; nowMs: number } {
  let nowMs = options.startMs ?? 10_000;
  let late = 0;
  for (let tick = 0; tick < 2000 && !log.snapshot().complete; tick++) {
    nowMs += 100;
    for (const ask of log.due(nowMs)) {
      const held: ReceivedBlock[] = [];
      const end = Math.min(ask.toSeq, (lengths[ask.epoch] ?? 0) - 1);
      for (let seq = ask.fromSeq; seq <= end; seq++) {
        if (options.absent?.has(nameOf({ epoch: ask.epoch, seq })) !== true) {
          held.push(blockOf(ask.epoch, seq, true));
        }
      }
      if (options.answerFirst === true) {
        log.answered(ask, held.length, nowMs);
      }
      for (const block of held) {
        if (options.loses?.() !== true) {
          log.receive(block, nowMs);
          late += 1;
        }
      }
      if (options.answerFirst !== true) {
        log.answered(ask, held.length, nowMs);
      }
    }
  }
  return { late, nowMs };
}

describe('the received log', () => {
  it('counts an undisturbed stream, and asks for nothing while it runs', () => {
    const log = new ReceivedLog();
    for (let seq = 5; seq < 105; seq++) {
      expect(log.receive(blockOf(0, seq), seq * 40)).toBe('live');
      expect(log.due(seq * 40)).toEqual([]);
    }
    expect(log.snapshot()).toMatchObject({
      blocks: 100,
      samples: 1000,
      missingSamples: 0,
      lateSamples: 0,
      duplicates: 0,
    });
  });

  it('asks for a hole after a short grace, once', () => {
    const log = new ReceivedLog();
    log.receive(blockOf(0, 0), 0);
    log.receive(blockOf(0, 4), 100);
    expect(log.snapshot().missingSamples).toBe(30);
    expect(log.due(399)).toEqual([]);
    const ask = { streamId: 1, epoch: 0, fromSeq: 1, toSeq: 3, tail: false };
    expect(log.due(400)).toEqual([ask]);
    expect(log.due(500)).toEqual([]);
  });

  it('asks again when no answer comes, or when the connection is another one', () => {
    const log = new ReceivedLog();
    log.receive(blockOf(0, 0), 0);
    log.receive(blockOf(0, 4), 0);
    expect(log.due(400)).toHaveLength(1);
    log.receive(blockOf(0, 5), 3000);
    expect(log.due(3399)).toEqual([]);
    expect(log.due(3400)).toHaveLength(1);
    log.resumed(3500);
    expect(log.due(3500)).toHaveLength(1);
  });

  it('is not misled by an answer that overtakes its blocks', () => {
    const log = new ReceivedLog();
    log.receive(blockOf(0, 0), 0);
    log.receive(blockOf(0, 3), 0);
    const [ask] = log.due(400);
    if (ask === undefined) {
      throw new Error('nothing was asked for');
    }
    log.answered(ask, 2, 410);
    expect(log.due(420)).toEqual([]);
    log.receive(blockOf(0, 1, true), 430);
    log.receive(blockOf(0, 2, true), 440);
    expect(log.snapshot()).toMatchObject({ missingSamples: 0, lostSamples: 0, lateSamples: 20 });
  });

  it('gives up what the record lacks only when told twice', () => {
    const log = new ReceivedLog();
    log.receive(blockOf(0, 0), 0);
    log.receive(blockOf(0, 3), 0);
    const [first] = log.due(400);
    expect(first).toBeDefined();
    log.answered({ streamId: 1, epoch: 0, fromSeq: 1, toSeq: 2 }, 0, 500);
    expect(log.snapshot()).toMatchObject({ missingSamples: 20, lostSamples: 0 });
    expect(log.due(600)).toEqual([]);
    expect(log.due(1500)).toHaveLength(1);
    log.answered({ streamId: 1, epoch: 0, fromSeq: 1, toSeq: 2 }, 0, 1600);
    expect(log.snapshot()).toMatchObject({ missingSamples: 20, lostSamples: 20 });
    log.receive(blockOf(0, 1, true), 1700);
    expect(log.snapshot()).toMatchObject({ missingSamples: 10, lostSamples: 10 });
  });

  it('fetches epochs that began and ended unseen, and the end of the one before', () => {
    const log = new ReceivedLog();
    for (let seq = 3; seq < 10; seq++) {
      log.receive(blockOf(0, seq), seq * 40);
    }
    log.resumed(20_000);
    log.receive(blockOf(2, 7), 20_000);
    backfill(log, [600, 40, 8], { startMs: 20_000 });
    expect(log.snapshot()).toMatchObject({
      blocks: 597 + 40 + 8,
      samples: (597 + 40 + 8) * SAMPLES,
      missingSamples: 0,
      duplicates: 0,
      complete: true,
    });
  });

  it('does not ask for the epochs that no host ever had, and for a hole before anything else', () => {
    const log = new ReceivedLog();
    const restarted = EPOCHS_PER_START + 1;
    log.receive(blockOf(0, 0), 0);
    log.receive(blockOf(restarted, 0), 1000);
    log.receive(blockOf(restarted, 4), 1000);
    const first = log.due(2000);
    expect(first[0]).toMatchObject({ epoch: restarted, fromSeq: 1, toSeq: 3, tail: false });
    const asked = new Set(first.map(({ epoch }) => epoch));
    for (let nowMs = 2000; nowMs < 60_000; nowMs += 100) {
      for (const ask of log.due(nowMs)) {
        asked.add(ask.epoch);
        log.answered(ask, 0, nowMs);
      }
    }
    expect(asked).toContain(EPOCHS_PER_START);
    expect(asked.size).toBeLessThan(10);
  });

  it('looks for the end of a stream that stopped while it was away', () => {
    const log = new ReceivedLog();
    log.receive(blockOf(0, 0), 0);
    log.resumed(20_000);
    expect(log.due(22_900)).toEqual([]);
    backfill(log, [50], { startMs: 22_900 });
    expect(log.snapshot()).toMatchObject({ blocks: 50, complete: true });
  });

  it('takes a cart with another record for a new copy, and keeps what it has counted', () => {
    const log = new ReceivedLog();
    log.describe({ streamId: 1, epoch: 0, startedAt: 'a' }, 0);
    log.receive(blockOf(0, 0), 0);
    log.receive(blockOf(0, 2), 0);
    log.describe({ streamId: 1, epoch: 0, startedAt: 'b' }, 1000);
    expect(log.receive(blockOf(0, 2), 1000)).toBe('live');
    backfill(log, [3], { startMs: 1000 });
    expect(log.snapshot()).toMatchObject({ blocks: 5, missingSamples: 10, lostSamples: 10 });
  });

  it('leaves aside what another physician asked for', () => {
    const log = new ReceivedLog();
    expect(log.receive(blockOf(0, 1, true), 0)).toBe('foreign');
    log.receive(blockOf(0, 1), 0);
    expect(log.receive(blockOf(0, 1, true), 0)).toBe('foreign');
    expect(log.receive(blockOf(0, 1), 0)).toBe('duplicate');
    expect(log.snapshot()).toMatchObject({ blocks: 1, duplicates: 1 });
  });

  it('ends complete and exactly counted after any loss, repetition and reordering', () => {
    const disturbance = fc.record({
      lengths: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 4 }),
      seed: fc.array(fc.nat({ max: 99 }), { minLength: 50, maxLength: 50 }),
      lossPercent: fc.integer({ min: 0, max: 90 }),
      answerFirst: fc.boolean(),
      absentEvery: fc.integer({ min: 3, max: 50 }),
      losesLate: fc.boolean(),
    });
    fc.assert(
      fc.property(disturbance, (given) => {
        const sent = given.lengths.flatMap((length, epoch) =>
          Array.from({ length }, (_, seq) => blockOf(epoch, seq)),
        );
        const chance = (index: number): number => given.seed[(index * 7) % 50] ?? 0;
        const arriving = sent
          .flatMap((block, index) => {
            const copies = chance(index) < given.lossPercent ? 0 : chance(index + 3) > 90 ? 2 : 1;
            return Array.from({ length: copies }, () => ({
              block,
              at: index + (chance(index) % 6),
            }));
          })
          .toSorted((left, right) => left.at - right.at)
          .map(({ block }) => block);
        const log = new ReceivedLog();
        const distinct = new Set<string>();
        let repeated = 0;
        let nowMs = 0;
        for (const block of arriving) {
          nowMs += 40;
          repeated += log.receive(block, nowMs) === 'duplicate' ? 1 : 0;
          distinct.add(nameOf(block));
          log.due(nowMs);
          log.resumed(nowMs);
        }
        const first = arriving[0];
        const base = arriving
          .filter(({ epoch }) => epoch === first?.epoch)
          .reduce((least, { seq }) => Math.min(least, seq), first?.seq ?? 0);
        const inCopy = ({ epoch, seq }: ReceivedBlock): boolean =>
          first !== undefined && (epoch > first.epoch || (epoch === first.epoch && seq >= base));
        const newest = Math.max(...arriving.map(({ epoch }) => epoch), -1);
        // What was sent in epochs after the last one that was heard of is nobody's knowledge yet.
        const expected = sent.filter((block) => inCopy(block) && block.epoch <= newest);
        const got = new Set(arriving.filter(inCopy).map(nameOf));
        const absent = new Set(
          expected
            .filter((block, index) => !got.has(nameOf(block)) && index % given.absentEvery === 0)
            .map(nameOf),
        );
        let drops = 0;
        const loses = (): boolean => given.losesLate && ++drops % 5 === 0 && drops < 60;
        const options = { startMs: nowMs, absent, answerFirst: given.answerFirst, loses };
        backfill(log, given.lengths, options);
        const end = log.snapshot();
        const blocks = expected.filter((block) => !absent.has(nameOf(block))).length;
        expect(end.complete).toBe(true);
        expect(end.blocks).toBe(blocks);
        expect(end.samples).toBe(blocks * SAMPLES);
        expect(end.duplicates).toBe(repeated);
        expect(end.missingSamples).toBe(end.lostSamples);
        expect(end.backfilledSamples).toBe((blocks - got.size) * SAMPLES);
        expect(distinct.size).toBeGreaterThanOrEqual(got.size);
      }),
      { numRuns: 300 },
    );
  });
});
