import { copyFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault, Result } from '../../../contracts/faults.ts';
import { decodeBlock, encodeBlock } from '../../../contracts/sampleBlock.ts';
import { encodeRecord, PREAMBLE_BYTES, parseRecord, RECORD_KIND } from '../../../record/format.ts';
import { type RecordingReport, verifyRecording } from '../../../record/verify.ts';
import { systemTime } from '../../_sdk/time.ts';
import { type Bus, createBus, type HostItem } from '../bus.ts';
import { openRecording } from './openRecording.ts';
import { startRecorder } from './recorder.ts';
import type { WritableFile } from './writer.ts';

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

/** A quarter of a megabyte. */
function largeBlock(seq: number): HostItem {
  const name = { streamId: 5, epoch: 0, seq };
  const samplesPerChannel = 16_384;
  const bytes = encodeBlock({
    ...name,
    flags: 0,
    firstSample: seq * samplesPerChannel,
    deviceTimeMs: 0,
    hostTimeNs: BigInt(seq),
    rateHz: 250,
    samplesPerChannel,
    channels: [0, 1, 2, 3].map((code) => ({ code, flags: 0, unit: 'uV', scale: 1 })),
    samples: new Int32Array(4 * samplesPerChannel),
  });
  return { kind: 'block', name, bytes };
}

/** The real file on a disk that has no room beyond `room`. */
function onSmallDisk(whole: WritableFile, room: number): WritableFile {
  return {
    writev: async (buffers, position) => {
      if (position >= room) {
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      }
      return whole.writev(buffers.slice(0, 1), position);
    },
    datasync: () => whole.datasync(),
    close: () => whole.close(),
  };
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

type Told = { fault: Fault | null; lostBlocks: number };

function start(bus: Bus, recordingId = 'r1', open: typeof openRecording = openRecording) {
  const told: Told[] = [];
  const recorder = startRecorder({
    file,
    recordingId,
    bus,
    time: systemTime,
    open,
    after: Promise.resolve(),
    onTrouble: (fault, lostBlocks) => told.push({ fault, lostBlocks }),
    onOpened: () => {},
  });
  return { recorder, told };
}

async function record(items: readonly HostItem[], recordingId = 'r1') {
  const bus = createBus();
  const { recorder } = start(bus, recordingId);
  const opened = value(await recorder.opened);
  for (const item of items) {
    bus.publish(item);
  }
  return { recorder, opened };
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
    expect((await recorder.read(range, 3))?.length).toBe(3);
    expect(await recorder.read({ ...range, epoch: 3 }, 10)).toBeNull();
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
    const { recorder, opened } = await record([block(0, 1), block(1, 1)]);
    expect(opened).toMatchObject({ resumed: true, streams: [{ streamId: 5, epoch: 0 }] });
    const early = await recorder.read({ streamId: 5, epoch: 0, fromSeq: 1, toSeq: 2 }, 10);
    expect(early?.map((bytes) => decodeBlock(bytes))).toMatchObject([
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

/** Opens as the real one does, when told. */
function createGate() {
  let pass: () => void = () => {};
  const passed = new Promise<void>((resolve) => {
    pass = resolve;
  });
  const open: typeof openRecording = async (...args) => {
    await passed;
    return openRecording(...args);
  };
  return { open, pass };
}

describe('recorder', () => {
  it('records what came while the file was still being read', async () => {
    await (await record(blocks(3))).recorder.close();
    const bus = createBus();
    const { open, pass } = createGate();
    const { recorder, told } = start(bus, 'r1', open);
    bus.publish(block(0, 65_536));
    bus.publish(EVENT);
    bus.publish(block(1, 65_536));
    const range = { streamId: 5, epoch: 0, fromSeq: 0, toSeq: 1 };
    expect(await recorder.read(range, 10)).toBeNull();
    pass();
    expect(value(await recorder.close())).toEqual({ blocks: 5 });
    expect(told).toEqual([]);
    expect(await verify()).toMatchObject({ whole: true, blocks: 5, events: [{ code: 'started' }] });
  });

  it('refuses blocks whose epoch the file holds from another life, and says so', async () => {
    await (await record(blocks(3))).recorder.close();
    const bus = createBus();
    const { open, pass } = createGate();
    const { recorder, told } = start(bus, 'r1', open);
    bus.publish(block(0, 0));
    bus.publish(block(1, 0));
    bus.publish(block(0, 1));
    pass();
    const fault = { code: 'RECORDING_RANGE_MISSING', params: { lostBlocks: 2 } };
    expect(await recorder.close()).toEqual({ ok: false, fault });
    expect(told.at(-1)).toEqual({ fault: { code: 'RECORDING_RANGE_MISSING' }, lostBlocks: 2 });
    expect(await verify()).toMatchObject({ whole: true, blocks: 4, duplicates: 0 });
  });

  it('writes all that it accepted before it closes, more than the disk takes at once', async () => {
    const bus = createBus();
    const { recorder } = start(bus);
    value(await recorder.opened);
    const count = 100;
    for (let seq = 0; seq < count; seq++) {
      bus.publish(largeBlock(seq));
    }
    expect(value(await recorder.close())).toEqual({ blocks: count });
    const report = await verify();
    expect(report).toMatchObject({ whole: true, blocks: count, missingBlocks: 0 });
    expect(report.fileBytes).toBeGreaterThan(20 * 1024 * 1024);
  });

  it('says at its close what the disk did not take', async () => {
    const bus = createBus();
    const { recorder, told } = start(bus, 'r1', async (...args) => {
      const opened = value(await openRecording(...args));
      return { ok: true, value: { ...opened, handle: onSmallDisk(opened.handle, 1_000_000) } };
    });
    value(await recorder.opened);
    for (let seq = 0; seq < 100; seq++) {
      bus.publish(largeBlock(seq));
    }
    const closed = await recorder.close();
    const { blocks: kept } = await verify();
    const lostBlocks = 100 - kept;
    expect(closed).toEqual({
      ok: false,
      fault: { code: 'RECORDING_DISK_FULL', params: { lostBlocks } },
    });
    expect(kept).toBeGreaterThan(0);
    expect(told.at(-1)).toEqual({ fault: { code: 'RECORDING_DISK_FULL' }, lostBlocks });
  });

  it('answers a range only when nothing of it can come any more', async () => {
    const { recorder } = await record([block(4), block(5), block(0, 2)]);
    const read = (epoch: number, fromSeq: number, toSeq: number) =>
      recorder.read({ streamId: 5, epoch, fromSeq, toSeq }, 10);
    expect((await read(0, 4, 5))?.length).toBe(2);
    expect(await read(0, 0, 3)).toEqual([]);
    // Its epoch is over: what was not written of it will not be.
    expect((await read(0, 5, 9))?.length).toBe(1);
    expect(await read(0, 7, 9)).toEqual([]);
    expect(await read(1, 0, 9)).toEqual([]);
    expect((await read(2, 0, 0))?.length).toBe(1);
    expect(await read(2, 0, 1)).toBeNull();
    expect(await read(3, 0, 0)).toBeNull();
    expect(await recorder.read({ streamId: 6, epoch: 0, fromSeq: 0, toSeq: 0 }, 10)).toBeNull();
    await rm(file);
    expect(await read(0, 4, 5)).toBeNull();
    await recorder.close();
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
