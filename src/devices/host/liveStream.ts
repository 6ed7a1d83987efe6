import { BLOCK_FLAG, withBlockFlags } from '../../contracts/sampleBlock.ts';
import {
  BACKFILL_MAX_BLOCKS,
  LIVE_QUEUE_BLOCKS,
  LIVE_WINDOW_BLOCKS,
  type StreamNotice,
  type StreamRequest,
  StreamRequestSchema,
} from '../../contracts/streamPort.ts';
import type { BlockRange } from '../../record/rangeReader.ts';
import { nsToMs } from '../_sdk/time.ts';
import type { Bus, Consumer, HostItem } from './bus.ts';

/** One end of a MessagePort, as Electron's and Node's both can be. */
export type StreamPort = {
  post(message: StreamNotice | Uint8Array): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
};

type Options = {
  readonly port: StreamPort;
  readonly bus: Bus;
  readonly nowNs: () => bigint;
  /**
   * Blocks of the running recording, empty only where it will never hold the range. null: it cannot
   * be told now; the request stays unanswered, and who still wants the range asks again.
   */
  readonly readRecorded: (
    range: BlockRange,
    limit: number,
  ) => Promise<readonly Uint8Array[] | null>;
  /** A packet of a device that only this window reaches. */
  readonly onFeed: (adapterId: string, path: string, packet: Uint8Array) => void;
  readonly onFeedEnd: (adapterId: string, path: string) => void;
  readonly onClosed: () => void;
};

export type LiveStream = { close(): void };

/**
 * Feeds one window. LIVE_WINDOW_BLOCKS may be under way; a window that takes slower than they come
 * finds the oldest gone, and is told how many.
 */
export function createLiveStream(options: Options): LiveStream {
  const { port, bus } = options;
  let credits = LIVE_WINDOW_BLOCKS;
  let dropped = 0;
  let consumer: Consumer | null = null;
  let open = true;
  /** Adapters of the devices that this window hands over, by path. */
  const feeding = new Map<string, string>();

  function takeBlock(bytes: Uint8Array): boolean {
    if (credits === 0) {
      return false;
    }
    if (dropped > 0) {
      port.post({ kind: 'dropped', blocks: dropped });
      dropped = 0;
    }
    credits--;
    port.post(bytes);
    return true;
  }

  function take(item: HostItem): boolean {
    if (item.kind === 'block') {
      return takeBlock(item.bytes);
    }
    port.post(item.kind === 'status' ? { kind: 'device', status: item.status } : item);
    return true;
  }

  function endFeed(path: string): void {
    const adapterId = feeding.get(path);
    if (adapterId !== undefined) {
      feeding.delete(path);
      options.onFeedEnd(adapterId, path);
    }
  }

  async function answer(request: StreamRequest): Promise<void> {
    switch (request.kind) {
      case 'taken':
        credits = Math.min(LIVE_WINDOW_BLOCKS, credits + request.blocks);
        consumer?.pump();
        return;
      case 'ping':
        port.post({ kind: 'pong', id: request.id, hostTimeMs: nsToMs(options.nowNs()) });
        return;
      case 'feed':
        feeding.set(request.path, request.adapterId);
        options.onFeed(request.adapterId, request.path, request.packet);
        return;
      case 'feedEnd':
        endFeed(request.path);
        return;
      case 'backfill': {
        const blocks = await options.readRecorded(request, BACKFILL_MAX_BLOCKS);
        if (open && blocks !== null) {
          const late = blocks.map((bytes) => withBlockFlags(bytes, BLOCK_FLAG.late));
          port.post({ kind: 'backfill', requestId: request.requestId, blocks: late });
        }
        return;
      }
    }
  }

  function finish(): void {
    if (open) {
      open = false;
      consumer?.close();
      for (const path of feeding.keys()) {
        endFeed(path);
      }
      options.onClosed();
    }
  }

  port.onMessage((message) => {
    const request = StreamRequestSchema.safeParse(message);
    if (request.success && open) {
      void answer(request.data);
    }
  });
  port.onClose(finish);
  consumer = bus.subscribe({
    limitBlocks: LIVE_QUEUE_BLOCKS,
    policy: 'oldestFirst',
    heldValues: true,
    take,
    onLost: (blocks) => {
      dropped += blocks;
    },
  });
  return {
    close: () => {
      finish();
      port.close();
    },
  };
}
