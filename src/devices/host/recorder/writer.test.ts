import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../contracts/faults.ts';
import type { HostTime } from '../../_sdk/time.ts';
import { createRecordWriter, type WritableFile } from './writer.ts';

/** A file in memory on a disk of limited size; it writes what fits, as a kernel does. */
function createDisk(room: number) {
  let bytes = new Uint8Array(0);
  const disk = { room, syncs: 0, closed: false };
  const file: WritableFile = {
    writev: async (buffers, position) => {
      const data = Buffer.concat(buffers);
      const at = position;
      const fits = Math.max(0, Math.min(data.length, disk.room - at));
      if (fits === 0) {
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      }
      const grown = new Uint8Array(Math.max(bytes.length, at + fits));
      grown.set(bytes);
      grown.set(data.subarray(0, fits), at);
      bytes = grown;
      return { bytesWritten: fits };
    },
    datasync: async () => {
      disk.syncs++;
    },
    close: async () => {
      disk.closed = true;
    },
  };
  return { disk, file, content: () => bytes };
}

/** Timers that run when told. */
function createTimers() {
  const jobs = new Set<() => void>();
  const time: HostTime = {
    nowNs: () => 0n,
    wallClock: () => '2026-01-01T00:00:00.000Z',
    after: (_ms, job) => {
      jobs.add(job);
      return () => jobs.delete(job);
    },
  };
  const fire = (): void => {
    for (const job of Array.from(jobs)) {
      jobs.delete(job);
      job();
    }
  };
  return { time, fire, pending: () => jobs.size };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const DEAF = { onFault: () => {}, onWritten: () => {} };

describe('record writer', () => {
  it('keeps what a full disk refuses, and writes it when there is room: nothing lost', async () => {
    const { disk, file, content } = createDisk(25);
    const { time, fire, pending } = createTimers();
    const faults: (Fault | null)[] = [];
    const onFault = (fault: Fault | null): void => void faults.push(fault);
    const onWritten = (): void => {};
    const writer = createRecordWriter({ file, startAt: 0, gatherMs: 0, time, onFault, onWritten });
    const records = Array.from({ length: 10 }, (_, index) => new Uint8Array(7).fill(index + 1));
    for (const record of records) {
      writer.append(record);
      await settle();
    }
    expect(faults).toEqual([{ code: 'RECORDING_DISK_FULL' }]);
    expect(writer.pendingBytes()).toBe(70 - writer.writtenTo());
    fire();
    await settle();
    expect(faults.length).toBe(1);
    disk.room = 1000;
    fire();
    await settle();
    await writer.settled();
    expect(faults).toEqual([{ code: 'RECORDING_DISK_FULL' }, null]);
    expect(await writer.close()).toBeNull();
    expect([...content()]).toEqual(records.flatMap((record) => [...record]));
    expect(disk.closed).toBe(true);
    expect(pending()).toBe(0);
  });

  it('says at its end what the disk never took', async () => {
    const { file } = createDisk(0);
    const { time } = createTimers();
    const writer = createRecordWriter({ file, startAt: 0, gatherMs: 0, time, ...DEAF });
    writer.append(new Uint8Array(3));
    expect(await writer.close()).toEqual({ code: 'RECORDING_DISK_FULL' });
  });

  it('syncs once for many writes, and at its end', async () => {
    const { disk, file } = createDisk(1000);
    const { time, fire } = createTimers();
    const writer = createRecordWriter({ file, startAt: 12, gatherMs: 0, time, ...DEAF });
    for (let index = 0; index < 5; index++) {
      expect(writer.append(new Uint8Array(10))).toBe(12 + index * 10);
      await settle();
    }
    expect(disk.syncs).toBe(0);
    fire();
    await settle();
    expect(disk.syncs).toBe(1);
    writer.append(new Uint8Array(10));
    await writer.close();
    expect(disk.syncs).toBe(2);
  });

  it('does not call a record kept that could not be synced', async () => {
    const { file } = createDisk(1000);
    const { time } = createTimers();
    const datasync = async (): Promise<void> => {
      throw Object.assign(new Error('input/output error'), { code: 'EIO' });
    };
    const writer = createRecordWriter({
      file: { ...file, datasync },
      startAt: 0,
      gatherMs: 0,
      time,
      ...DEAF,
    });
    writer.append(new Uint8Array(10));
    expect(await writer.close()).toEqual({ code: 'RECORDING_WRITE_FAILED' });
  });

  it('does not let a later sync excuse one that failed', async () => {
    const { file } = createDisk(1000);
    const { time, fire } = createTimers();
    let fails = true;
    const datasync = async (): Promise<void> => {
      if (fails) {
        fails = false;
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      }
    };
    const writer = createRecordWriter({
      file: { ...file, datasync },
      startAt: 0,
      gatherMs: 0,
      time,
      ...DEAF,
    });
    writer.append(new Uint8Array(10));
    await settle();
    fire();
    await settle();
    expect(fails).toBe(false);
    expect(await writer.close()).toEqual({ code: 'RECORDING_DISK_FULL' });
  });

  it('counts as written what was written whole before the disk was full', async () => {
    const { file } = createDisk(25);
    const { time } = createTimers();
    const writer = createRecordWriter({ file, startAt: 0, gatherMs: 0, time, ...DEAF });
    const records = Array.from({ length: 10 }, (_, index) => new Uint8Array(7).fill(index + 1));
    for (const record of records) {
      writer.append(record);
    }
    expect(await writer.flush()).toEqual({ code: 'RECORDING_DISK_FULL' });
    expect(writer.writtenTo()).toBe(21);
    expect(writer.unwritten()).toEqual(records.slice(3));
    expect(await writer.close()).toEqual({ code: 'RECORDING_DISK_FULL' });
  });
});
