import type { FrameStamp } from '../stamps.ts';
import type { HostClock } from './clock.ts';
import { deferred } from './deferred.ts';
import { createDriver, type EmulatedDevice } from './driver.ts';

/** How a link ended: by whoever opened it, or torn off. */
export type LinkEnd = 'closed' | 'unplugged';

export type MemoryTransport = {
  /** Ends when the link ends, for whatever reason; `closed` says which. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Refuses writes once the link has ended. */
  readonly writable: WritableStream<Uint8Array>;
  readonly closed: Promise<LinkEnd>;
  readonly close: () => Promise<void>;
};

type OpenLink = {
  readonly enqueue: (bytes: Uint8Array) => void;
  readonly end: (how: LinkEnd) => void;
};

function createLink(
  receive: (bytes: Uint8Array) => void,
  onEnd: () => void,
): { transport: MemoryTransport; link: OpenLink } {
  let isOpen = true;
  let out: ReadableStreamDefaultController<Uint8Array> | undefined;
  const { promise: closed, resolve } = deferred<LinkEnd>();
  const end = (how: LinkEnd): void => {
    if (!isOpen) return;
    isOpen = false;
    onEnd();
    out?.close();
    resolve(how);
  };
  const readable = new ReadableStream<Uint8Array>({
    start: (controller) => {
      out = controller;
    },
    cancel: () => {
      out = undefined;
      end('closed');
    },
  });
  const writable = new WritableStream<Uint8Array>({
    write: (bytes) => {
      if (!isOpen) throw new Error('the link has ended');
      receive(bytes);
    },
  });
  const close = async (): Promise<void> => end('closed');
  return {
    transport: { readable, writable, closed, close },
    link: { enqueue: (bytes) => out?.enqueue(bytes.slice()), end },
  };
}

/**
 * Hosts a device inside the test's own process. One link at a time, as on a serial port: `open`
 * plugs it in (again), `unplug` tears it off; the device itself keeps running on `clock`.
 */
export function createMemoryHost(
  device: EmulatedDevice,
  clock: HostClock,
  onStamp?: (stamp: FrameStamp) => void,
) {
  let current: OpenLink | undefined;
  const wire = {
    write: (bytes: Uint8Array): boolean => {
      current?.enqueue(bytes);
      return current !== undefined;
    },
    disconnect: (): void => current?.end('unplugged'),
  };
  const driver = createDriver(device, wire, clock, onStamp);
  driver.start();
  return {
    /** Throws when a link is open already. */
    open: (): MemoryTransport => {
      if (current !== undefined) throw new Error('the port is open already');
      const { transport, link } = createLink(driver.receive, () => {
        current = undefined;
      });
      current = link;
      return transport;
    },
    unplug: (): void => current?.end('unplugged'),
    /** Ends the link and the device's timers. */
    close: (): void => {
      driver.stop();
      current?.end('closed');
    },
    stats: driver.stats,
  };
}
