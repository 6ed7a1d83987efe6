import type { types } from 'mediasoup-client';
import { produceData } from './dataLinks.ts';
import { createOutbox, type Outbox } from './outbox.ts';

/** Counts over all stays in the room. */
export type SendCounts = { sentBlocks: number; droppedBlocks: number };

export type LiveSender = {
  /** A stream exists: its channel is opened before its first block. */
  readonly expect: (streamId: number) => void;
  readonly send: (streamId: number, bytes: Uint8Array) => void;
  readonly close: () => void;
};

/** Several seconds of eight channels at 250 Hz: a link that is further behind only adds delay. */
const BUFFERED_BYTES = 256 * 1024;
const QUEUED_BLOCKS = 256;

/** One ordered channel for each stream of the cart. */
export function createLiveSender(deps: {
  readonly transport: types.Transport;
  readonly counts: SendCounts;
  /** A channel could not be opened, or ended by itself. */
  readonly onLost: () => void;
}): LiveSender {
  const { transport, counts, onLost } = deps;
  const outboxes = new Map<number, Outbox<Uint8Array>>();
  let closed = false;

  async function openChannel(streamId: number, outbox: Outbox<Uint8Array>): Promise<void> {
    const produced = await produceData(transport, 'stream', streamId);
    if (produced.ok) {
      connectOutbox(outbox, produced.value, BUFFERED_BYTES, onLost);
    } else if (!closed) {
      onLost();
    }
  }

  function outboxOf(streamId: number): Outbox<Uint8Array> {
    const known = outboxes.get(streamId);
    if (known !== undefined) {
      return known;
    }
    const outbox = createOutbox<Uint8Array>({
      maxBufferedBytes: BUFFERED_BYTES,
      maxQueued: QUEUED_BLOCKS,
      onSent: () => {
        counts.sentBlocks += 1;
      },
      onDropped: () => {
        counts.droppedBlocks += 1;
      },
    });
    outboxes.set(streamId, outbox);
    void openChannel(streamId, outbox);
    return outbox;
  }

  return {
    expect: (streamId) => void outboxOf(streamId),
    send: (streamId, bytes) => outboxOf(streamId).push(bytes),
    close: () => {
      closed = true;
      for (const outbox of outboxes.values()) {
        outbox.close();
      }
    },
  };
}

/** Lets an outbox follow its data producer. */
export function connectOutbox<M extends string | Uint8Array>(
  outbox: Outbox<M>,
  producer: types.DataProducer,
  maxBufferedBytes: number,
  onLost: () => void,
): void {
  producer.bufferedAmountLowThreshold = maxBufferedBytes / 2;
  producer.on('open', outbox.flush);
  producer.on('bufferedamountlow', outbox.flush);
  producer.on('close', onLost);
  outbox.attach(producer);
}
