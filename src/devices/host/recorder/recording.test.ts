import { copyFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault, Result } from '../../../contracts/faults.ts';
import { decodeBlock, encodeBlock } from '../../../contracts/sampleBlock.ts';
import { systemTime } from '../../_sdk/time.ts';
import { createBus, type HostItem } from '../bus.ts';
import { encodeRecord, PREAMBLE_BYTES, parseRecord, RECORD_KIND } from './format.ts';
import { openRecording } from './openRecording.ts';
import { startRecorder } from './recorder.ts';
import { type RecordingReport, verifyRecording } from './verify.ts';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chariot-recording-'));
  file = join(folder, 'a.chariot');
});
afterEach(() => rm(folder, { recursive: true }));

function block(seq: number, epoch = 0, firstSample = seq * 2): HostItem {
  const name = { streamId: 5, epoch, seq };
  const bytes = encodeBlock({
    ...name,
    flags: 0,
    firstSample,
    deviceTimeMs: firstSample * 4,
    hostTimeNs: BigInt(1_000_000 * (firstSample + 1)),
    rateHz: 250,
    samplesPerChannel: 2,
    channels: [{ code: 0, flags: 0, unit: 'uV', scale: 0.5 }],
    samples: Int32Array.of(seq, -seq),
  });
  return { kind: 'block', name, bytes };
}

const EVENT: HostItem = {
  kind: 'event',
  event: {
    kind: 'event',
    code: 'started',
    deviceId: 'd',
    streamId: 5,
    epoch: 0,
    hostTimeMs: 1,
  },
};

function value<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(result.fault.code);
  }
  return result.value;
}

async function record(items: readonly HostItem[], recordingId = 'r1') {
  const bus = createBus();
  const faults: (Fault | null)[] = [];
  const recorder = value(
    await startRecorder({
      file,
      recordingId,
      bus,
      time: systemTime,
      onTrouble: (fault) => faults.push(fault),
      onOpened: () => {},
    }),
  );
  for (const item of items) {
    bus.publish(item);
  }
  return { recorder, bus, faults };
}

async function verify(path = file): Promise<RecordingReport> {
  return value(await verifyRecording(path));
}

const blocks = (count: number): HostItem[] => Array.from({ length: count }, (_, seq) => block(seq));

describe('recording', () => {
  it('holds what it was given, byte for byte and in order', async () => {
    const items = [...blocks(20), EVENT];
    const { recorder } = await record(items);
    const range = { streamId: 5, epoch: 0, fromSeq: 4, toSeq: 9 };
    const read = await recorder.read(range, 100);
    expect(read).toEqual(items.slice(4, 10).map((item) => item.kind === 'block' && item.bytes));
    expect((await recorder.read(range, 3)).length).toBe(3);
    expect(await recorder.read({ ...range, epoch: 3 }, 10)).toEqual([]);
    expect(value(await recorder.close())).toEqual({ blocks: 20 });
    expect(await verify()).toMatchObject({
      whole: true,
      recordingId: 'r1',
      blocks: 20,
      samples: 40,
      gaps: 0,
      events: [{ code: 'started' }],
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is cut to its last whole record wherever the last one was torn', async () => {
    const { recorder } = await record(blocks(3));
    await recorder.close();
    const whole = (await stat(file)).size;
    const lastBytes = encodeRecord(
      RECORD_KIND.block,
      (block(2) as { bytes: Uint8Array }).bytes,
    ).length;
    for (let size = whole - lastBytes + 1; size < whole; size++) {
      const torn = join(folder, 'torn.chariot');
      await copyFile(file, torn);
      await truncate(torn, size);
      expect(await verify(torn)).toMatchObject({ whole: false, blocks: 2 });
      const header = { recordingId: 'r1', createdAt: '2026-01-01T00:00:00.000Z' };
      const opened = value(await openRecording(torn, header));
      expect(opened).toMatchObject({
        resumed: true,
        blocks: 2,
        cutBytes: size - (whole - lastBytes),
        endsAt: whole - lastBytes,
        streams: [{ streamId: 5, epoch: 0 }],
      });
      await opened.handle.close();
      expect((await stat(torn)).size).toBe(whole - lastBytes);
      expect(await verify(torn)).toMatchObject({ whole: true, blocks: 2 });
    }
  });

  it('starts anew where not even its first record was whole', async () => {
    const { recorder } = await record(blocks(1));
    await recorder.close();
    for (const size of [0, 5, PREAMBLE_BYTES, PREAMBLE_BYTES + 9]) {
      const torn = join(folder, 'start.chariot');
      await copyFile(file, torn);
      await truncate(torn, size);
      const header = { recordingId: 'new', createdAt: '2026-01-01T00:00:00.000Z' };
      await value(await openRecording(torn, header)).handle.close();
      expect(await verify(torn)).toMatchObject({ whole: true, recordingId: 'new', blocks: 0 });
    }
  });

  it('keeps what follows damage in the middle, and counts the damage', async () => {
    const { recorder } = await record(blocks(6));
    await recorder.close();
    const clean = await readFile(file);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 130, max: clean.length - 130 }),
        fc.nat(7),
        async (at, bit) => {
          const hurt = join(folder, 'hurt.chariot');
          const bytes = Buffer.from(clean);
          bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
          await writeFile(hurt, bytes);
          const report = await verify(hurt);
          expect(report.whole).toBe(false);
          expect(report.blocks).toBe(5);
          expect(report.damagedRuns).toBe(1);
          expect(report.tornBytes).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('goes on after its last block, and refuses the file of another recording', async () => {
    await (await record(blocks(4))).recorder.close();
    const { recorder } = await record([block(0, 1), block(1, 1)]);
    expect(recorder.resumed).toBe(true);
    expect(recorder.streams).toMatchObject([{ streamId: 5, epoch: 0 }]);
    const early = await recorder.read({ streamId: 5, epoch: 0, fromSeq: 1, toSeq: 2 }, 10);
    expect(early.map((bytes) => decodeBlock(bytes))).toMatchObject([
      { ok: true, block: { seq: 1 } },
      { ok: true, block: { seq: 2 } },
    ]);
    expect(value(await recorder.close())).toEqual({ blocks: 6 });
    expect(await verify()).toMatchObject({ whole: true, blocks: 6, gaps: 1 });
    await expect(record([], 'other')).rejects.toThrow('RECORDING_NOT_A_RECORDING');
    expect(await verify()).toMatchObject({ whole: true, blocks: 6 });
  });

  it('tells missing and repeated blocks from samples that the device lost', async () => {
    const items = [block(0), block(1, 0, 5), block(3, 0, 9), block(3, 0, 9), block(4, 0, 11)];
    await (await record(items)).recorder.close();
    expect(await verify()).toMatchObject({
      whole: false,
      blocks: 5,
      gaps: 1,
      lostSamples: 3,
      missingBlocks: 1,
      duplicates: 1,
    });
  });
});

describe('record', () => {
  it('is refused when any bit of it is flipped', () => {
    const kinds = fc.constantFrom(...Object.values(RECORD_KIND));
    fc.assert(
      fc.property(kinds, fc.uint8Array({ maxLength: 80 }), fc.nat(), (kind, payload, place) => {
        const bytes = encodeRecord(kind, payload);
        expect(parseRecord(bytes)).toMatchObject({ status: 'record', kind, payload });
        const bit = place % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(parseRecord(bytes).status).not.toBe('record');
      }),
    );
  });
});
