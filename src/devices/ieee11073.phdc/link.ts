import { ok, type Result } from '../../contracts/faults.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { ControlRequest, Transport } from '../_sdk/transport.ts';
import type { Manager } from './agent.ts';
import { createManager } from './manager.ts';

/** A manager on its wire. The association that `probe` made goes on in `open`. */
export type Link = {
  readonly manager: Manager;
  /**
   * The request that a host begins with (GET_STATUS of the device): an agent that was let go of may
   * wait for it before it asks for an association again. Fails with DEVICE_UNPLUGGED only: what the
   * device answers, or that it does not, tells nothing.
   */
  greet(): Promise<Result<void>>;
  /** Refused transfers are counted there, with those before. */
  attach(sink: Pick<SampleSink, 'onBadFrames'>): void;
  end(): void;
};

const GET_STATUS: ControlRequest = {
  kind: 'usb',
  requestType: 'standard',
  recipient: 'device',
  request: 0,
  value: 0,
  index: 0,
};

const LINKS = new WeakMap<Transport, Link>();

export function takeLink(transport: Transport): Link | null {
  return LINKS.get(transport) ?? null;
}

export function createLink(transport: Transport, time: HostTime): Link {
  let sink: Pick<SampleSink, 'onBadFrames'> | null = null;
  let uncounted = 0;
  const manager = createManager({
    time,
    // A write that fails is followed by the transport's own end, which says why.
    send: (bytes) => void transport.writable.write(bytes),
    onBad: (count) => {
      if (sink === null) {
        uncounted += count;
      } else {
        sink.onBadFrames(count);
      }
    },
  });
  const unlisten = transport.readable.listen((bytes, readAtNs) => manager.receive(bytes, readAtNs));
  const link: Link = {
    manager,
    greet: async () => {
      const status = await transport.control?.read(GET_STATUS, 2);
      return status?.ok === false && status.fault.code === 'DEVICE_UNPLUGGED'
        ? status
        : ok(undefined);
    },
    attach: (to) => {
      sink = to;
      if (uncounted > 0) {
        to.onBadFrames(uncounted);
        uncounted = 0;
      }
    },
    end: () => {
      LINKS.delete(transport);
      unlisten();
      manager.end();
    },
  };
  LINKS.set(transport, link);
  void transport.closed.then(() => link.end());
  return link;
}
