import type { DeviceEvent, DeviceStatus, StreamDescriptor } from '../../contracts/devices.ts';
import type { BlockName } from './recorder/blockIndex.ts';

/** What a session has to say, in order. Block bytes are never written to again. */
export type HostItem =
  | { readonly kind: 'descriptor'; readonly descriptor: StreamDescriptor }
  | { readonly kind: 'block'; readonly name: BlockName; readonly bytes: Uint8Array }
  | { readonly kind: 'event'; readonly event: DeviceEvent }
  | { readonly kind: 'status'; readonly status: DeviceStatus };

export type ConsumerOptions = {
  /** Blocks held for this consumer while it cannot take them. */
  readonly limitBlocks: number;
  /**
   * What gives way at the limit. oldestFirst: a view wants the newest. refuseNewest: a record keeps
   * what it promised; the refused blocks are counted and told, and their numbers miss in the file.
   */
  readonly policy: 'oldestFirst' | 'refuseNewest';
  /** @returns false: not now; the item is kept, and `pump` asks again. */
  readonly take: (item: HostItem) => boolean;
  /** Blocks lost to this consumer at this moment. */
  readonly onLost: (blocks: number) => void;
};

export type Consumer = {
  /** The consumer can take again. */
  pump(): void;
  queuedBlocks(): number;
  close(): void;
};

export type Bus = {
  publish(item: HostItem): void;
  /** A new consumer is first given the descriptors and statuses that hold now. */
  subscribe(options: ConsumerOptions): Consumer;
  forget(deviceId: string, streamId: number): void;
};

type Feed = Consumer & { push(item: HostItem): void };

/** From sessions to consumers: each has a queue of its own, so that none can delay another. */
export function createBus(): Bus {
  const feeds = new Set<Feed>();
  const descriptors = new Map<number, HostItem>();
  const statuses = new Map<string, HostItem>();
  return {
    publish: (item) => {
      if (item.kind === 'descriptor') {
        descriptors.set(item.descriptor.streamId, item);
      } else if (item.kind === 'status') {
        statuses.set(item.status.deviceId, item);
      }
      for (const feed of feeds) {
        feed.push(item);
      }
    },
    subscribe: (options) => {
      const feed = createFeed(options, () => feeds.delete(feed));
      feeds.add(feed);
      for (const item of [...descriptors.values(), ...statuses.values()]) {
        feed.push(item);
      }
      return feed;
    },
    forget: (deviceId, streamId) => {
      statuses.delete(deviceId);
      descriptors.delete(streamId);
    },
  };
}

function createFeed(options: ConsumerOptions, onClose: () => void): Feed {
  const queue: HostItem[] = [];
  let blocks = 0;
  let pumping = false;

  function pump(): void {
    // `take` may publish: the turn that runs will see what it added.
    if (pumping) {
      return;
    }
    pumping = true;
    for (let item = queue[0]; item !== undefined && options.take(item); item = queue[0]) {
      queue.shift();
      blocks -= item.kind === 'block' ? 1 : 0;
    }
    pumping = false;
  }

  function dropOldest(): void {
    const at = queue.findIndex((item) => item.kind === 'block');
    if (at >= 0) {
      queue.splice(at, 1);
      blocks--;
      options.onLost(1);
    }
  }

  return {
    push: (item) => {
      if (item.kind === 'block') {
        if (blocks >= options.limitBlocks && options.policy === 'refuseNewest') {
          options.onLost(1);
          pump();
          return;
        }
        blocks++;
      }
      queue.push(item);
      pump();
      if (blocks > options.limitBlocks) {
        dropOldest();
      }
    },
    pump,
    queuedBlocks: () => blocks,
    close: () => {
      queue.length = 0;
      onClose();
    },
  };
}
