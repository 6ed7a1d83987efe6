import type { Fault } from '../../../contracts/faults.ts';
import { hostTimeOf } from '../../../contracts/sampleBlock.ts';
import { encodeJsonRecord, encodeRecord, RECORD_KIND } from '../../../record/format.ts';
import { type BlockRange, readRange } from '../../../record/rangeReader.ts';
import { type HostTime, nsToMs } from '../../_sdk/time.ts';
import type { HostItem } from '../bus.ts';
import type { OpenedRecording } from './openRecording.ts';
import { createRecordWriter } from './writer.ts';

/** Bytes given to the disk and not yet taken, before blocks wait in the bus instead. */
const MAX_PENDING_BYTES = 16 * 1024 * 1024;
/**
 * A sealed record gathers so long: a chunk for each block of 40 ms would cost a tenth of the file. A
 * killed process loses at most that.
 */
const SEALED_GATHER_MS = 100;

/** An opened recording that takes items. */
export type FileSink = {
  /** @returns false: not now, the disk is behind. */
  take(item: HostItem): boolean;
  blocks(): number;
  /** See `readRange`. */
  read(range: BlockRange, limit: number): Promise<Uint8Array[] | null>;
  /** Tries at once to write all. @returns why it could not. */
  flush(): Promise<Fault | null>;
  /** Blocks that were taken and that the file does not hold. */
  unwrittenBlocks(): number;
  close(): Promise<Fault | null>;
};

type Options = {
  readonly opened: OpenedRecording;
  readonly time: HostTime;
  readonly onFault: (fault: Fault | null) => void;
  /** Something was written: there is room again. */
  readonly onWritten: () => void;
  /** A block whose epoch the file holds from another life of its stream. */
  readonly onForeign: () => void;
};

export function createFileSink(options: Options): FileSink {
  const { opened, time, onFault, onWritten } = options;
  const { index, marks } = opened;
  const lastEpochs = new Map(opened.streams.map(({ streamId, epoch }) => [streamId, epoch]));
  const file = opened.handle;
  const writer = createRecordWriter({
    file,
    startAt: opened.endsAt,
    gatherMs: marks === null ? 0 : SEALED_GATHER_MS,
    time,
    onFault,
    onWritten,
  });
  let blocks = opened.blocks;

  function take(item: HostItem): boolean {
    if (writer.pendingBytes() > MAX_PENDING_BYTES) {
      return false;
    }
    if (item.kind === 'block' && item.name.epoch <= (lastEpochs.get(item.name.streamId) ?? -1)) {
      options.onForeign();
      return true;
    }
    const record = toRecord(item);
    if (record !== null) {
      keep(item, writer.append(record));
    }
    return true;
  }

  function keep(item: HostItem, offset: number): void {
    if (item.kind === 'block') {
      index.add(item.name, offset);
      blocks++;
      marks?.label(offset, nsToMs(hostTimeOf(item.bytes)));
    } else if (item.kind === 'descriptor') {
      marks?.pin(offset, item.descriptor.streamId);
    }
  }

  return {
    take,
    blocks: () => blocks,
    read: async (range, limit) => {
      await writer.settled();
      return readRange(opened.source, index, writer.writtenTo(), range, limit);
    },
    flush: writer.flush,
    unwrittenBlocks: () => writer.unwritten().filter(isBlockRecord).length,
    close: writer.close,
  };
}

/** Kind of a record: its fifth byte, docs/recording-format.md. */
function isBlockRecord(record: Uint8Array): boolean {
  return record[4] === RECORD_KIND.block;
}

function toRecord(item: HostItem): Uint8Array | null {
  if (item.kind === 'block') {
    return encodeRecord(RECORD_KIND.block, item.bytes);
  }
  if (item.kind === 'descriptor') {
    return encodeJsonRecord(RECORD_KIND.descriptor, item.descriptor);
  }
  if (item.kind === 'measurement') {
    return encodeJsonRecord(RECORD_KIND.measurement, item.measurement);
  }
  return item.kind === 'event' ? encodeJsonRecord(RECORD_KIND.event, item.event) : null;
}
