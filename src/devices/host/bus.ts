import type {
  DeviceEvent,
  DeviceStatus,
  Measurement,
  StreamDescriptor,
} from '../../contracts/devices.ts';
import type { BlockName } from '../../record/blockIndex.ts';
import { createItemQueue } from './itemQueue.ts';

/** What a session has to say, in order. Block bytes are never written to again. */
export type HostItem =
  | { readonly kind: 'descriptor'; readonly descriptor: StreamDescriptor }
  | { readonly kind: 'block'; readonly name: BlockName; readonly bytes: Uint8Array }
  | { readonly kind: 'event'; readonly event: DeviceEvent }
  | { readonly kind: 'measurement'; readonly measurement: Measurement }
  | { readonly kind: 'status'; readonly status: DeviceStatus };

export type ConsumerOptions = {
  /** Blocks held for this consumer while it cannot take them. */
  readonly limitBlocks: number;
  /**
   * What gives way at the limit. oldestFirst: a view wants the newest. refuseNewest: a record keeps
   * what it promised; the refused blocks are counted and told, and their numbers miss in the file.
   */
  readonly policy: 'oldestFirst' | 'refuseNewest';
  /**
   * The newest live values are given first, as `subscribe` says: for a view. A record must not ask for
   * them: they were measured before it began, perhaps on somebody else.
   */
  readonly heldValues?: true;
  /** Taken in one turn of the loop, so that a long queue does not hold it up. Absent: all. */
  readonly itemsPerTurn?: number;
  /** @returns false: not now; the item is kept, and `pump` asks again. */
  readonly take: (item: HostItem) => boolean;
  /** Blocks lost to this consumer at this moment. */
  readonly onLost: (blocks: number) => void;
};

export type Consumer = {
  /** The consumer can take again. */
  readonly pump: () => void;
  queuedBlocks(): number;
  isEmpty(): boolean;
  /** Gets nothing new; what is queued stays to be taken. */
  leave(): void;
  close(): void;
};

export type Bus = {
  publish(item: HostItem): void;
  /** A new consumer is first given the descriptors, statuses and, where it asks, values that hold now. */
  subscribe(options: ConsumerOptions): Consumer;
  forget(deviceId: string, streamIds: readonly number[]): void;
};

type Feed = Consumer & { push(item: HostItem): void };

type NextTurn = (job: () => void) => void;

/** From sessions to consumers: each has a queue of its own, so that none can delay another. */
export function createBus(nextTurn: NextTurn = (job) => void setImmediate(job)): Bus {
  const feeds = new Set<Feed>();
  const descriptors = new Map<number, HostItem>();
  const statuses = new Map<string, HostItem>();
  /** The newest live value of each name, by device. */
  const values = new Map<string, Map<string, HostItem>>();
  return {
    publish: (item) => {
      if (item.kind === 'descriptor') {
        descriptors.set(item.descriptor.streamId, item);
      } else if (item.kind === 'status') {
        statuses.set(item.status.deviceId, item);
      } else if (item.kind === 'measurement' && item.measurement.origin === 'live') {
        const { deviceId, name, site } = item.measurement;
        const ofDevice = values.get(deviceId) ?? new Map<string, HostItem>();
        values.set(deviceId, ofDevice.set(`${name} ${site ?? ''}`, item));
      }
      for (const feed of feeds) {
        feed.push(item);
      }
    },
    subscribe: (options) => {
      const feed = createFeed(options, nextTurn, () => feeds.delete(feed));
      feeds.add(feed);
      for (const item of [...descriptors.values(), ...statuses.values()]) {
        feed.push(item);
      }
      if (options.heldValues === true) {
        for (const item of [...values.values()].flatMap((ofDevice) => [...ofDevice.values()])) {
          feed.push(item);
        }
      }
      return feed;
    },
    forget: (deviceId, streamIds) => {
      statuses.delete(deviceId);
      values.delete(deviceId);
      for (const streamId of streamIds) {
        descriptors.delete(streamId);
      }
    },
  };
}

function createFeed(options: ConsumerOptions, nextTurn: NextTurn, onLeave: () => void): Feed {
  const { itemsPerTurn = Number.POSITIVE_INFINITY } = options;
  const queue = createItemQueue<HostItem>();
  let blocks = 0;
  let pumping = false;
  let goesOn = false;

  function pump(): void {
    // `take` may publish: the turn that runs will see what it added.
    if (pumping) {
      return;
    }
    pumping = true;
    let taken = 0;
    let item = queue.first();
    while (item !== undefined && taken < itemsPerTurn && options.take(item)) {
      taken++;
      blocks -= queue.shift()?.kind === 'block' ? 1 : 0;
      item = queue.first();
    }
    pumping = false;
    if (taken >= itemsPerTurn && item !== undefined && !goesOn) {
      goesOn = true;
      nextTurn(() => {
        goesOn = false;
        pump();
      });
    }
  }

  function dropOldest(): void {
    if (queue.removeFirst((item) => item.kind === 'block') !== undefined) {
      blocks--;
      options.onLost(1);
    }
  }

  function push(item: HostItem): void {
    const isBlock = item.kind === 'block';
    const refused = isBlock && blocks >= options.limitBlocks && options.policy === 'refuseNewest';
    if (refused) {
      options.onLost(1);
    } else {
      blocks += isBlock ? 1 : 0;
      queue.push(item);
    }
    // A backlog has its next turn already: what is pushed meanwhile must not add to this one.
    if (!goesOn) {
      pump();
    }
    if (blocks > options.limitBlocks) {
      dropOldest();
    }
  }

  return {
    push,
    pump,
    queuedBlocks: () => blocks,
    isEmpty: () => queue.size() === 0,
    leave: onLeave,
    close: () => {
      onLeave();
      queue.clear();
      blocks = 0;
    },
  };
}
