import type { SampleBlock } from '../contracts/sampleBlock.ts';

/** What one epoch of one stream holds. */
export type EpochTally = {
  readonly streamId: number;
  readonly epoch: number;
  blocks: number;
  /** Per channel. */
  samples: number;
  /** Interruptions that the device's counter told within the epoch. */
  gaps: number;
  /** Samples per channel that these cost. */
  lostSamples: number;
  /** Numbers of blocks that were emitted and are not in the file. */
  missingBlocks: number;
  /** Blocks that repeat or precede one already read. */
  duplicates: number;
  firstSeq: number;
  lastSeq: number;
  nextSample: number;
  firstHostTimeNs: bigint;
  lastHostTimeNs: bigint;
};

export type RecordingTally = {
  add(block: SampleBlock): void;
  epochs(): readonly EpochTally[];
};

export function createTally(): RecordingTally {
  const epochs = new Map<string, EpochTally>();
  return {
    add: (block) => {
      const key = `${block.streamId}/${block.epoch}`;
      const tally = epochs.get(key);
      if (tally === undefined) {
        epochs.set(key, begin(block));
      } else {
        advance(tally, block);
      }
    },
    epochs: () => [...epochs.values()],
  };
}

function begin(block: SampleBlock): EpochTally {
  return {
    streamId: block.streamId,
    epoch: block.epoch,
    blocks: 1,
    samples: block.samplesPerChannel,
    gaps: 0,
    lostSamples: 0,
    missingBlocks: 0,
    duplicates: 0,
    firstSeq: block.seq,
    lastSeq: block.seq,
    nextSample: block.firstSample + block.samplesPerChannel,
    firstHostTimeNs: block.hostTimeNs,
    lastHostTimeNs: block.hostTimeNs,
  };
}

function advance(tally: EpochTally, block: SampleBlock): void {
  tally.blocks++;
  if (block.seq <= tally.lastSeq) {
    tally.duplicates++;
    return;
  }
  const missing = block.seq - tally.lastSeq - 1;
  tally.missingBlocks += missing;
  if (missing === 0 && block.firstSample > tally.nextSample) {
    tally.gaps++;
    tally.lostSamples += block.firstSample - tally.nextSample;
  }
  tally.samples += block.samplesPerChannel;
  tally.lastSeq = block.seq;
  tally.nextSample = block.firstSample + block.samplesPerChannel;
  tally.lastHostTimeNs = block.hostTimeNs;
}
