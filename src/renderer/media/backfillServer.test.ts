import { describe, expect, it } from 'vitest';
import type { LiveNotice } from '../../contracts/live.ts';
import { BLOCK_FLAG, decodeBlock, encodeBlock } from '../../contracts/sampleBlock.ts';
import { createBackfillServer } from './backfillServer.ts';
import { createOutbox } from './outbox.ts';
import type { BlockRange } from './portLink.ts';

function encoded(seq: number): Uint8Array {
  return encodeBlock({
    streamId: 1,
    epoch: 0,
    seq,
    flags: 0,
    firstSample: seq,
    deviceTimeMs: seq,
    hostTimeNs: 1n,
    rateHz: 250,
    samplesPerChannel: 1,
    channels: [{ code: 0, flags: 0, unit: 'uV', scale: 1 }],
    samples: Int32Array.of(seq),
  });
}

function serverOf(options: { length: number; answers?: () => boolean; takes?: number }) {
  const sent: Uint8Array[] = [];
  const told: LiveNotice[] = [];
  const reads: BlockRange[] = [];
  const outbox = createOutbox<Uint8Array>({ maxBufferedBytes: 1, maxQueued: 1 });
  const channel = {
    readyState: 'open' as const,
    get bufferedAmount() {
      return sent.length < (options.takes ?? Number.POSITIVE_INFINITY) ? 0 : 1;
    },
    send: (bytes: string | Uint8Array) => {
      if (typeof bytes !== 'string') {
        sent.push(bytes);
      }
    },
  };
  outbox.attach(channel);
  const server = createBackfillServer({
    outbox,
    tell: (notice) => told.push(notice),
    read: async (range) => {
      reads.push(range);
      if (options.answers?.() === false) {
        return null;
      }
      const found: Uint8Array[] = [];
      for (let seq = range.fromSeq; seq <= Math.min(range.toSeq, options.length - 1); seq++) {
        found.push(encoded(seq));
      }
      return found;
    },
  });
  return { server, outbox, sent, told, reads };
}

const range = (fromSeq: number, toSeq: number): BlockRange => ({
  streamId: 1,
  epoch: 0,
  fromSeq,
  toSeq,
});
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('the back-fill server', () => {
  it('sends a range in parts that the host answers, marked late, then says how many', async () => {
    const { server, sent, told, reads } = serverOf({ length: 700 });
    server.ask(range(10, 1033));
    await turn();
    expect(reads.map(({ fromSeq, toSeq }) => [fromSeq, toSeq])).toEqual([
      [10, 521],
      [522, 1033],
    ]);
    expect(sent).toHaveLength(690);
    const blocks = sent.map((bytes) => decodeBlock(bytes));
    expect(blocks.every((read) => read.ok && read.block.flags === BLOCK_FLAG.late)).toBe(true);
    expect(told).toEqual([{ kind: 'backfilled', ...range(10, 1033), blocks: 690 }]);
  });

  it('leaves unanswered what it could not ask the host', async () => {
    let up = false;
    const { server, told } = serverOf({ length: 5, answers: () => up });
    server.ask(range(0, 4));
    await turn();
    expect(told).toEqual([]);
    up = true;
    server.ask(range(0, 4));
    await turn();
    expect(told).toMatchObject([{ blocks: 5 }]);
  });

  it('serves one range after the other, and the same one once', async () => {
    const { server, told, reads } = serverOf({ length: 20 });
    server.ask(range(0, 9));
    server.ask(range(10, 19));
    server.ask(range(0, 9));
    await turn();
    expect(reads).toHaveLength(2);
    expect(told).toMatchObject([{ fromSeq: 0 }, { fromSeq: 10 }]);
  });

  it('sends no faster than the channel takes, and stops with it', async () => {
    const { server, outbox, sent, told } = serverOf({ length: 100, takes: 30 });
    server.ask(range(0, 99));
    await turn();
    expect(sent).toHaveLength(30);
    server.close();
    outbox.close();
    await turn();
    expect(sent).toHaveLength(30);
    expect(told).toEqual([]);
  });

  it('refuses ranges that make no sense', async () => {
    const { server, reads } = serverOf({ length: 5 });
    server.ask(range(4, 3));
    server.ask(range(0, 1_000_000));
    await turn();
    expect(reads).toEqual([]);
  });
});
