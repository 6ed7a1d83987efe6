import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { BLOCK_FLAG, decodeBlock, encodeBlock } from '../../contracts/sampleBlock.ts';
import {
  LIVE_QUEUE_BLOCKS,
  LIVE_WINDOW_BLOCKS,
  type StreamNotice,
  type StreamRequest,
} from '../../contracts/streamPort.ts';
import type { BlockRange } from '../../record/rangeReader.ts';
import { createBus, type HostItem } from './bus.ts';
import { createLiveStream, type StreamPort } from './liveStream.ts';

function bytesOf(seq: number): Uint8Array {
  return encodeBlock({
    streamId: 1,
    epoch: 0,
    seq,
    flags: 0,
    firstSample: seq,
    deviceTimeMs: seq * 4,
    hostTimeNs: 1n,
    rateHz: 250,
    samplesPerChannel: 1,
    channels: [{ code: 0, flags: 0, unit: 'uV', scale: 1 }],
    samples: Int32Array.of(seq),
  });
}

function block(seq: number): HostItem {
  return { kind: 'block', name: { streamId: 1, epoch: 0, seq }, bytes: bytesOf(seq) };
}

const DESCRIPTOR: HostItem = {
  kind: 'descriptor',
  descriptor: {
    streamId: 1,
    epoch: 0,
    deviceId: 'd',
    identity: {
      adapterId: 'a',
      adapterVersion: '1',
      manufacturer: 'm',
      model: 'm',
      serialNumber: null,
      firmware: null,
    },
    kind: 'ecg',
    name: 'ecg',
    origin: 'live',
    recordedAt: null,
    rateHz: 250,
    channels: [{ code: 0, name: 'LA', unit: 'uV' }],
    leads: [],
    calibration: { state: 'none', dueDate: null },
    startedAt: '2026-01-01T00:00:00.000Z',
  },
};

function asStreamPort(port: MessagePort): StreamPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', listener),
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  };
}

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) {
    port.close();
  }
});

/** The host's end on a real MessageChannel, and a window that keeps all it gets. */
function connect(recorded: readonly Uint8Array[] | null = []) {
  const bus = createBus();
  bus.publish(DESCRIPTOR);
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const got: (StreamNotice | Uint8Array)[] = [];
  const asked: (BlockRange & { limit: number })[] = [];
  port2.on('message', (message: StreamNotice | Uint8Array) => got.push(message));
  let closed = false;
  createLiveStream({
    port: asStreamPort(port1),
    bus,
    nowNs: () => 42_000_000n,
    onFeed: () => undefined,
    onFeedEnd: () => undefined,
    readRecorded: async (range, limit) => {
      asked.push({ ...range, limit });
      return recorded;
    },
    onClosed: () => {
      closed = true;
    },
  });
  const arrive = async (count: number): Promise<void> => {
    while (got.length < count) {
      await once(port2, 'message');
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  const send = (request: StreamRequest): void => port2.postMessage(request);
  return { bus, got, asked, arrive, send, window: port2, isClosed: () => closed };
}

function seqs(got: readonly (StreamNotice | Uint8Array)[]): number[] {
  return got.flatMap((message) => {
    const decoded = message instanceof Uint8Array ? decodeBlock(message) : null;
    return decoded?.ok ? [decoded.block.seq] : [];
  });
}

describe('live stream', () => {
  it('tells the descriptor first, then blocks as bare bytes', async () => {
    const { bus, got, arrive } = connect();
    bus.publish(block(0));
    await arrive(2);
    expect(got[0]).toEqual(DESCRIPTOR);
    expect(got[1]).toEqual(bytesOf(0));
  });

  it('holds back from a slow window, drops the oldest and says how many', async () => {
    const { bus, got, arrive, send } = connect();
    const total = LIVE_WINDOW_BLOCKS + LIVE_QUEUE_BLOCKS + 10;
    for (let seq = 0; seq < total; seq++) {
      bus.publish(block(seq));
    }
    await arrive(1 + LIVE_WINDOW_BLOCKS);
    expect(seqs(got).length).toBe(LIVE_WINDOW_BLOCKS);
    send({ kind: 'taken', blocks: 2 });
    await arrive(1 + LIVE_WINDOW_BLOCKS + 3);
    expect(got.slice(1 + LIVE_WINDOW_BLOCKS)[0]).toEqual({ kind: 'dropped', blocks: 10 });
    expect(seqs(got).slice(-2)).toEqual([LIVE_WINDOW_BLOCKS + 10, LIVE_WINDOW_BLOCKS + 11]);
  });

  it('answers a ping with the host clock', async () => {
    const { got, arrive, send } = connect();
    send({ kind: 'ping', id: 9 });
    await arrive(2);
    expect(got[1]).toEqual({ kind: 'pong', id: 9, hostTimeMs: 42 });
  });

  it('fills back from the recording, marked late, without spending credit', async () => {
    const { got, asked, arrive, send } = connect([bytesOf(3), bytesOf(4)]);
    const range = { streamId: 1, epoch: 0, fromSeq: 3, toSeq: 4 };
    send({ kind: 'backfill', requestId: 1, ...range });
    await arrive(2);
    const answer = got[1];
    if (answer instanceof Uint8Array || answer?.kind !== 'backfill') {
      throw new Error('no answer');
    }
    expect(asked).toMatchObject([{ ...range, limit: 512 }]);
    const decoded = answer.blocks.map((bytes) => decodeBlock(bytes));
    expect(decoded).toMatchObject([
      { ok: true, block: { seq: 3, flags: BLOCK_FLAG.late } },
      { ok: true, block: { seq: 4, flags: BLOCK_FLAG.late } },
    ]);
  });

  it('leaves a request unanswered while the record cannot tell', async () => {
    const { got, asked, arrive, send } = connect(null);
    send({ kind: 'backfill', requestId: 1, streamId: 1, epoch: 0, fromSeq: 3, toSeq: 4 });
    send({ kind: 'ping', id: 2 });
    await arrive(2);
    expect(asked.length).toBe(1);
    expect(got.slice(1)).toEqual([{ kind: 'pong', id: 2, hostTimeMs: 42 }]);
  });

  it('lets go when the window closes, and ignores nonsense', async () => {
    const { bus, arrive, got, window, isClosed } = connect();
    window.postMessage({ kind: 'taken', blocks: -5 });
    window.postMessage('nonsense');
    bus.publish(block(0));
    await arrive(2);
    window.close();
    while (!isClosed()) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    bus.publish(block(1));
    expect(seqs(got)).toEqual([0]);
  });
});
