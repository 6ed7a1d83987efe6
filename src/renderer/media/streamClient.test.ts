import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeBlock } from '../../contracts/sampleBlock.ts';
import { type StreamRequest, StreamRequestSchema } from '../../contracts/streamPort.ts';
import { createStreamClient, type StreamClient } from './streamClient.ts';

const identity = {
  adapterId: 'openbci.cyton',
  adapterVersion: '1',
  manufacturer: 'OpenBCI',
  model: 'Cyton',
  serialNumber: null,
  firmware: null,
};
const descriptor = {
  streamId: 1,
  epoch: 0,
  deviceId: 'd',
  identity,
  kind: 'ecg' as const,
  name: 'ecg',
  origin: 'live' as const,
  recordedAt: null,
  rateHz: 250,
  channels: [{ code: 0, name: 'N1P', unit: 'uV' as const }],
  leads: [],
  calibration: { state: 'none' as const, dueDate: null },
  startedAt: '2026-01-01T00:00:00Z',
};

function encoded(seq: number, epoch = 0): Uint8Array {
  return encodeBlock({
    streamId: 1,
    epoch,
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

/** The device host's end of a port. */
function hostPort(answer: (request: StreamRequest, port: MessagePort) => void = () => {}) {
  const { port1, port2 } = new MessageChannel();
  const heard: StreamRequest[] = [];
  port2.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const request = StreamRequestSchema.parse(data);
    heard.push(request);
    answer(request, port2);
  });
  port2.start();
  return { port1, port2, heard };
}

describe('the stream client', () => {
  let client: StreamClient = createStreamClient();
  const open = (): StreamClient => {
    client = createStreamClient();
    return client;
  };
  afterEach(() => client.close());

  it('hands on blocks with their bytes and description, and returns credits', async () => {
    const { port1, port2, heard } = hostPort();
    const stream = open();
    const seen: [number, number, boolean][] = [];
    stream.onBlock((block, bytes, described) =>
      seen.push([block.seq, bytes.length, described !== null]),
    );
    stream.attach(port1);
    port2.postMessage(encoded(0));
    port2.postMessage({ kind: 'descriptor', descriptor });
    for (let seq = 1; seq < 33; seq++) {
      port2.postMessage(encoded(seq));
    }
    port2.postMessage(encoded(0, 1));
    await vi.waitFor(() => expect(seen).toHaveLength(34));
    const size = encoded(0).length;
    expect(seen.slice(0, 3)).toEqual([
      [0, size, false],
      [1, size, true],
      [2, size, true],
    ]);
    expect(seen.at(-1)?.[2]).toBe(false);
    const taken = () => heard.filter(({ kind }) => kind === 'taken');
    await vi.waitFor(() => expect(taken()).toHaveLength(2));
    expect(taken()).toEqual([
      { kind: 'taken', blocks: 16 },
      { kind: 'taken', blocks: 16 },
    ]);
    expect(stream.descriptors()).toEqual([descriptor]);
    await vi.waitFor(() => expect(stream.state().descriptors).toEqual([descriptor]));
    expect(stream.state().connected).toBe(true);
  });

  it('counts what was dropped, and what cannot be read', async () => {
    const { port1, port2 } = hostPort();
    const stream = open();
    stream.attach(port1);
    const broken = encoded(0);
    broken[60] = (broken[60] ?? 0) ^ 1;
    port2.postMessage(broken);
    port2.postMessage({ kind: 'dropped', blocks: 7 });
    await vi.waitFor(() => expect(stream.state().droppedBlocks).toBe(8));
  });

  it('learns the host’s clock', async () => {
    const { port1 } = hostPort((request, port) => {
      if (request.kind === 'ping') {
        port.postMessage({ kind: 'pong', id: request.id, hostTimeMs: performance.now() + 5000 });
      }
    });
    const stream = open();
    expect(stream.hostTimeNow()).toBeNull();
    stream.attach(port1);
    await vi.waitFor(() => expect(stream.state().clockUncertaintyMs).not.toBeNull());
    const error = Math.abs((stream.hostTimeOf(1000) ?? Number.NaN) - 6000);
    expect(error).toBeLessThanOrEqual((stream.state().clockUncertaintyMs ?? 0) + 0.1);
  });

  it('asks the record, and knows when nobody could be asked', async () => {
    const range = { streamId: 1, epoch: 0, fromSeq: 2, toSeq: 3 };
    const stream = open();
    expect(await stream.requestBackfill(range)).toBeNull();
    const { port1 } = hostPort((request, port) => {
      if (request.kind === 'backfill') {
        const blocks = [encoded(request.fromSeq), encoded(request.toSeq)];
        port.postMessage({ kind: 'backfill', requestId: request.requestId, blocks });
      }
    });
    stream.attach(port1);
    expect(await stream.requestBackfill(range)).toHaveLength(2);
    const silent = hostPort();
    stream.attach(silent.port1);
    const asked = stream.requestBackfill(range);
    stream.attach(hostPort().port1);
    expect(await asked).toBeNull();
  });

  it('notices that the host closed the port, and takes the next one', async () => {
    const first = hostPort();
    const stream = open();
    stream.attach(first.port1);
    first.port2.close();
    await vi.waitFor(() => expect(stream.state().connected).toBe(false));
    const seen: number[] = [];
    stream.onBlock(({ seq }) => seen.push(seq));
    const second = hostPort();
    stream.attach(second.port1);
    second.port2.postMessage(encoded(4));
    await vi.waitFor(() => expect(seen).toEqual([4]));
    stream.close();
    expect(stream.state().connected).toBe(false);
  });
});
