import { open } from 'node:fs/promises';
import { type Fault, failed, fault, ok, type Result } from '../../../contracts/faults.ts';
import { decodeBlock } from '../../../contracts/sampleBlock.ts';
import type { HostTime } from '../../_sdk/time.ts';
import type { Bus, HostItem } from '../bus.ts';
import type { BlockIndex } from './blockIndex.ts';
import { encodeJsonRecord, encodeRecord, RECORD_KIND } from './format.ts';
import { openRecording, type StreamMark } from './openRecording.ts';
import { newScanEnd, scanRecords } from './scan.ts';
import { createRecordWriter } from './writer.ts';

/** Bytes given to the disk and not yet taken, before blocks wait in the bus instead. */
const MAX_PENDING_BYTES = 16 * 1024 * 1024;
/** With those, about an hour of a Cyton while a disk is full; beyond it blocks are refused, loudly. */
const MAX_QUEUED_BLOCKS = 500_000;

export type BlockRange = {
  readonly streamId: number;
  readonly epoch: number;
  readonly fromSeq: number;
  readonly toSeq: number;
};

export type Recorder = {
  readonly resumed: boolean;
  readonly cutBytes: number;
  readonly streams: readonly StreamMark[];
  /** @returns encoded blocks of the range that the file holds, in order. */
  read(range: BlockRange, limit: number): Promise<Uint8Array[]>;
  /** Takes no more, writes the rest. Fails when the disk kept something out. */
  close(): Promise<Result<{ blocks: number }>>;
};

type Options = {
  readonly file: string;
  readonly recordingId: string;
  readonly bus: Bus;
  readonly time: HostTime;
  readonly onTrouble: (fault: Fault | null, lostBlocks: number) => void;
  /** Called before the first item is taken: sessions move past what the file holds. */
  readonly onOpened: (streams: readonly StreamMark[]) => void;
};

/** Appends everything that the bus carries, but statuses, to one file. */
export async function startRecorder(options: Options): Promise<Result<Recorder>> {
  const { bus, time } = options;
  const createdAt = time.wallClock();
  const opened = await openRecording(options.file, { recordingId: options.recordingId, createdAt });
  if (!opened.ok) {
    return opened;
  }
  const { handle, endsAt, index, streams, resumed, cutBytes } = opened.value;
  let blocks = opened.value.blocks;
  let lost = 0;
  let trouble: Fault | null = null;
  const writer = createRecordWriter({
    file: handle,
    startAt: endsAt,
    time,
    onFault: (found) => {
      trouble = found;
      options.onTrouble(found, lost);
      consumer?.pump();
    },
  });
  options.onOpened(streams);
  // Before the subscription: its first items are taken at once.
  let consumer: ReturnType<Bus['subscribe']> | null = null;
  consumer = bus.subscribe({
    limitBlocks: MAX_QUEUED_BLOCKS,
    policy: 'refuseNewest',
    onLost: (count) => {
      lost += count;
      options.onTrouble(trouble ?? fault('RECORDING_WRITE_FAILED'), lost);
    },
    take: (item) => {
      if (writer.pendingBytes() > MAX_PENDING_BYTES) {
        return false;
      }
      const record = toRecord(item);
      if (record !== null) {
        const offset = writer.append(record);
        if (item.kind === 'block') {
          index.add(item.name, offset);
          blocks++;
        }
      }
      return true;
    },
  });
  return ok({
    resumed,
    cutBytes,
    streams,
    read: async (range, limit) => {
      await writer.settled();
      return readRange(options.file, index, writer.writtenTo(), range, limit);
    },
    close: async () => {
      consumer?.pump();
      consumer?.close();
      const left = await writer.close();
      return left === null ? ok({ blocks }) : failed(left.code, left.params);
    },
  });
}

function toRecord(item: HostItem): Uint8Array | null {
  if (item.kind === 'block') {
    return encodeRecord(RECORD_KIND.block, item.bytes);
  }
  if (item.kind === 'descriptor') {
    return encodeJsonRecord(RECORD_KIND.descriptor, item.descriptor);
  }
  return item.kind === 'event' ? encodeJsonRecord(RECORD_KIND.event, item.event) : null;
}

async function readRange(
  file: string,
  index: BlockIndex,
  to: number,
  range: BlockRange,
  limit: number,
): Promise<Uint8Array[]> {
  const from = index.find({ ...range, seq: range.fromSeq });
  const found: Uint8Array[] = [];
  if (from === null) {
    return found;
  }
  const handle = await open(file, 'r');
  try {
    for await (const record of scanRecords(handle, from, to, newScanEnd())) {
      const decoded = record.kind === RECORD_KIND.block ? decodeBlock(record.payload) : null;
      if (decoded?.ok && isSameEpoch(decoded.block, range)) {
        if (decoded.block.seq > range.toSeq || found.length >= limit) {
          break;
        }
        if (decoded.block.seq >= range.fromSeq) {
          found.push(record.payload.slice());
        }
      }
    }
  } finally {
    await handle.close();
  }
  return found;
}

function isSameEpoch(
  block: { readonly streamId: number; readonly epoch: number },
  range: BlockRange,
): boolean {
  return block.streamId === range.streamId && block.epoch === range.epoch;
}
