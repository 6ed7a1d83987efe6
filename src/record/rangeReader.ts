import type { Result } from '../contracts/faults.ts';
import { decodeBlock, type SampleBlock } from '../contracts/sampleBlock.ts';
import type { BlockIndex } from './blockIndex.ts';
import { RECORD_KIND } from './format.ts';
import { newScanEnd, type ScannedRecord, scanRecords } from './scan.ts';
import type { RecordingSource } from './source.ts';

export type BlockRange = {
  readonly streamId: number;
  readonly epoch: number;
  readonly fromSeq: number;
  readonly toSeq: number;
};

/**
 * @param to end of what has been written.
 * @returns encoded blocks of the range, at most `limit`, in order; null when the file cannot tell:
 * it could not be read, or is not yet past the end of the range.
 */
export async function readRange(
  open: () => Promise<Result<RecordingSource>>,
  index: BlockIndex,
  to: number,
  range: BlockRange,
  limit: number,
): Promise<Uint8Array[] | null> {
  const from = index.find({ ...range, seq: range.fromSeq });
  if (from === null || from >= to) {
    const later = index.findLaterEpoch(range);
    return later !== null && later < to ? [] : null;
  }
  const source = await open();
  if (!source.ok) {
    return null;
  }
  const { plain } = source.value;
  try {
    return await collect(scanRecords(plain, from, to, newScanEnd()), range, limit);
  } catch {
    return null;
  } finally {
    await plain.close();
  }
}

async function collect(
  records: AsyncIterable<ScannedRecord>,
  range: BlockRange,
  limit: number,
): Promise<Uint8Array[] | null> {
  const found: Uint8Array[] = [];
  for await (const record of records) {
    const decoded = record.kind === RECORD_KIND.block ? decodeBlock(record.payload) : null;
    if (!decoded?.ok || decoded.block.streamId !== range.streamId) {
      continue;
    }
    if (isWithin(decoded.block, range)) {
      found.push(record.payload.slice());
    }
    if (isEnd(decoded.block, range) || found.length >= limit) {
      return found;
    }
  }
  return null;
}

function isWithin(block: SampleBlock, range: BlockRange): boolean {
  return block.epoch === range.epoch && block.seq >= range.fromSeq && block.seq <= range.toSeq;
}

/** A stream is written in its own order: nothing of the range comes after this. */
function isEnd(block: SampleBlock, range: BlockRange): boolean {
  return block.epoch > range.epoch || (block.epoch === range.epoch && block.seq >= range.toSeq);
}
