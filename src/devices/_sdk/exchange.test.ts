import { describe, expect, it } from 'vitest';
import { createMemoryPair } from '../_transport/memory.ts';
import { createExchange, type Question, type ReplyReader } from './exchange.ts';
import type { HostTime } from './time.ts';

/** Time that only a test moves. */
function createTime() {
  let nowMs = 0;
  const jobs = new Set<{ readonly atMs: number; readonly run: () => void }>();
  const time: HostTime = {
    nowNs: () => BigInt(nowMs) * 1_000_000n,
    after: (ms, run) => {
      const job = { atMs: nowMs + ms, run };
      jobs.add(job);
      return () => jobs.delete(job);
    },
    wallClock: () => '2026-01-01T00:00:00.000Z',
  };
  const advance = async (ms: number): Promise<void> => {
    for (let step = 0; step < ms; step += 10) {
      nowMs += 10;
      for (const job of [...jobs].filter(({ atMs }) => atMs <= nowMs)) {
        jobs.delete(job);
        job.run();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { time, advance, pending: () => jobs.size };
}

/** One byte is an answer; 0xff is damage. */
const byteReader = (): ReplyReader<number> => (bytes) =>
  bytes[0] === 0xff ? { kind: 'damaged' } : { kind: 'reply', value: bytes[0] ?? 0 };

const question: Question<number> = {
  name: 'q',
  send: [Uint8Array.of(1)],
  reader: byteReader,
  timeoutMs: 100,
};

function rig(answer: (asked: number) => readonly (readonly [afterMs: number, byte: number])[]) {
  const clock = createTime();
  const pair = createMemoryPair(clock.time.nowNs);
  const leaving = new AbortController();
  let asked = 0;
  let damaged = 0;
  pair.device.onBytes(() => {
    for (const [afterMs, byte] of answer(++asked)) {
      clock.time.after(afterMs, () => pair.device.send(Uint8Array.of(byte)));
    }
  });
  const exchange = createExchange({
    line: pair.transport,
    time: clock.time,
    signal: leaving.signal,
    onDamaged: () => damaged++,
    settleMs: 50,
  });
  return { ...clock, pair, leaving, exchange, asked: () => asked, damaged: () => damaged };
}

describe('exchange', () => {
  it('answers, and leaves no timer behind', async () => {
    const one = rig(() => [[10, 7]]);
    const answer = one.exchange.ask(question);
    await one.advance(50);
    expect(await answer).toEqual({ ok: true, value: 7 });
    expect(one.pending()).toBe(0);
  });

  it('asks again after damage, and gives up after three times', async () => {
    const mended = rig((asked) => [[10, asked < 3 ? 0xff : 9]]);
    const answer = mended.exchange.ask(question);
    await mended.advance(500);
    expect(await answer).toEqual({ ok: true, value: 9 });
    expect(mended.damaged()).toBe(2);
    const broken = rig(() => [[10, 0xff]]);
    const refusal = broken.exchange.ask(question);
    await broken.advance(500);
    expect(await refusal).toMatchObject({ ok: false, fault: { code: 'DEVICE_PROTOCOL' } });
    expect(broken.asked()).toBe(3);
  });

  it('says that nothing answered', async () => {
    const { exchange, advance, pending } = rig(() => []);
    const answer = exchange.ask(question);
    await advance(600);
    expect(await answer).toMatchObject({
      fault: { code: 'DEVICE_NO_ANSWER', params: { to: 'q', waitedMs: 100 } },
    });
    expect(pending()).toBe(0);
  });

  it('never takes the late answer to one question for that to the next', async () => {
    // Each answer comes 180 ms late: that to the first attempt answers the second one.
    const { exchange, advance, asked } = rig((number) => [[180, number]]);
    const first = exchange.ask(question);
    await advance(1_000);
    expect(await first).toEqual({ ok: true, value: 1 });
    expect(asked()).toBe(2);
    const second = exchange.ask(question);
    await advance(1_000);
    expect(await second).toEqual({ ok: true, value: 3 });
  });

  it('throws away what came before it asked', async () => {
    const { exchange, advance, pair } = rig(() => [[10, 5]]);
    pair.device.send(Uint8Array.of(99));
    const answer = exchange.ask(question);
    await advance(50);
    expect(await answer).toEqual({ ok: true, value: 5 });
  });

  it('waits as long as bytes come, but not for ever', async () => {
    const { exchange, advance } = rig(() =>
      Array.from({ length: 60 }, (_, index) => [index * 50, 0] as const),
    );
    const answer = exchange.ask({ ...question, reader: () => () => null, attempts: 1 });
    let settled = false;
    void answer.then(() => {
      settled = true;
    });
    await advance(1_500);
    expect(settled).toBe(false);
    await advance(1_000);
    expect(await answer).toMatchObject({ fault: { code: 'DEVICE_NO_ANSWER' } });
  });

  it('ends at once when the wire goes or nobody wants the answer any more', async () => {
    const torn = rig(() => []);
    const lost = torn.exchange.ask(question);
    torn.pair.device.unplug();
    expect(await lost).toMatchObject({ fault: { code: 'DEVICE_UNPLUGGED' } });
    expect(await torn.exchange.ask(question)).toMatchObject({
      fault: { code: 'DEVICE_UNPLUGGED' },
    });
    const left = rig(() => []);
    const unwanted = left.exchange.ask(question);
    left.leaving.abort();
    expect(await unwanted).toMatchObject({ fault: { code: 'DEVICE_NO_ANSWER' } });
    expect(left.pending()).toBe(0);
  });
});
