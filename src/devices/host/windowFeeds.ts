import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import { FEED_HELLO } from '../../contracts/windowFeed.ts';
import { createListenerSlot, type Transport } from '../_sdk/transport.ts';

/** A cart has one or two such devices; more come only from a window that went wrong. */
const MAX_PATHS = 8;

type Feed = {
  readonly deliver: (packet: Uint8Array) => void;
  readonly end: (reason: Fault | null) => void;
};

/** Devices that windows hand over: each path is a wire that ends when its window lets go of it. */
export type WindowFeeds = {
  /** @returns true: the path is new, and its device should be opened. */
  feed(path: string, packet: Uint8Array): boolean;
  end(path: string): void;
  /** A window hands the device over now. */
  has(path: string): boolean;
  open(path: string): Result<Transport>;
};

export function createWindowFeeds(nowNs: () => bigint): WindowFeeds {
  const hellos = new Map<string, Uint8Array>();
  const open = new Map<string, Feed>();

  function openFeed(path: string): Result<Transport> {
    const hello = hellos.get(path);
    if (hello === undefined) {
      return failed('DEVICE_NOT_FOUND', { path });
    }
    if (open.has(path)) {
      return failed('DEVICE_BUSY', { path });
    }
    const slot = createListenerSlot();
    let resolveClosed: (reason: Fault | null) => void = () => {};
    const closed = new Promise<Fault | null>((resolve) => {
      resolveClosed = resolve;
    });
    const end = (reason: Fault | null): void => {
      open.delete(path);
      resolveClosed(reason);
    };
    open.set(path, { deliver: (packet) => slot.deliver(packet, nowNs()), end });
    slot.deliver(hello, nowNs());
    return ok({
      readable: slot.readable,
      writable: { write: async () => failed('DEVICE_CANNOT', { path }) },
      control: null,
      closed,
      close: async () => end(null),
    });
  }

  return {
    feed: (path, packet) => {
      const isNew = !hellos.has(path);
      if (isNew && (packet[0] !== FEED_HELLO || hellos.size >= MAX_PATHS)) {
        return false;
      }
      if (packet[0] === FEED_HELLO) {
        hellos.set(path, packet);
      }
      open.get(path)?.deliver(packet);
      return isNew;
    },
    end: (path) => {
      hellos.delete(path);
      open.get(path)?.end(fault('DEVICE_UNPLUGGED'));
    },
    has: (path) => hellos.has(path),
    open: openFeed,
  };
}
