import type {
  DeviceEvent,
  DeviceStatus,
  Measurement,
  StreamDescriptor,
} from '../../contracts/devices.ts';
import { decodeBlock, type SampleBlock } from '../../contracts/sampleBlock.ts';
import { createClockOffset } from './clockOffset.ts';
import { createLatestMeasurements } from './latestMeasurements.ts';
import { createListeners } from './listeners.ts';
import { createPaced, type Observable } from './observable.ts';
import {
  type BlockRange,
  openPortLink,
  type PortLink,
  type PortNotice,
  type WindowFeed,
} from './portLink.ts';
import { pageTimers, type Timers } from './timers.ts';

export type { BlockRange } from './portLink.ts';

export type StreamClientState = {
  /** A port of the device host is open. */
  readonly connected: boolean;
  /** The newest of each stream. */
  readonly descriptors: readonly StreamDescriptor[];
  readonly statuses: readonly DeviceStatus[];
  /** The newest live value of each name, and the readings that devices handed over. */
  readonly measurements: readonly Measurement[];
  /** Dropped by the host because this window was too slow, or unreadable here. */
  readonly droppedBlocks: number;
  readonly clockUncertaintyMs: number | null;
};

export type StreamBlockListener = (
  block: SampleBlock,
  /** As it came, to be sent on. */
  bytes: Uint8Array,
  /** null when the host never described the block's epoch. */
  descriptor: StreamDescriptor | null,
) => void;

export type StreamClient = Observable<StreamClientState> & {
  /** Takes a new port in the place of the former one; the port belongs to the client then. */
  readonly attach: (port: MessagePort) => void;
  readonly onBlock: (listener: StreamBlockListener) => () => void;
  readonly onDescriptor: (listener: (descriptor: StreamDescriptor) => void) => () => void;
  readonly onStatus: (listener: (status: DeviceStatus) => void) => () => void;
  readonly onEvent: (listener: (event: DeviceEvent) => void) => () => void;
  readonly onMeasurement: (listener: (measurement: Measurement) => void) => () => void;
  /** A new port is open: what this window hands over has to be announced again. */
  readonly onAttached: (listener: () => void) => () => void;
  readonly feed: (feed: WindowFeed) => void;
  readonly endFeed: (feed: Omit<WindowFeed, 'packet'>) => void;
  /** As of now; `state()` may be a quarter of a second behind. */
  readonly descriptors: () => readonly StreamDescriptor[];
  readonly statuses: () => readonly DeviceStatus[];
  readonly measurements: () => readonly Measurement[];
  /**
   * @param range of at most BACKFILL_MAX_BLOCKS.
   * @returns what the record holds of it; null when the host could not be asked or did not answer.
   */
  readonly requestBackfill: (range: BlockRange) => Promise<readonly Uint8Array[] | null>;
  readonly hostTimeNow: () => number | null;
  readonly hostTimeOf: (performanceMs: number) => number | null;
  readonly close: () => void;
};

export function createStreamClient(
  deps: { readonly now?: () => number; readonly timers?: Timers } = {},
): StreamClient {
  const base = deps.timers ?? pageTimers;
  const timers: Timers = deps.now === undefined ? base : { ...base, now: deps.now };
  const clock = createClockOffset();
  const onBlock = createListeners<Parameters<StreamBlockListener>>();
  const onDescriptor = createListeners<[StreamDescriptor]>();
  const onStatus = createListeners<[DeviceStatus]>();
  const onEvent = createListeners<[DeviceEvent]>();
  const onMeasurement = createListeners<[Measurement]>();
  const onAttached = createListeners<[]>();
  const latest = createLatestMeasurements();
  const descriptors = new Map<number, StreamDescriptor>();
  const statuses = new Map<string, DeviceStatus>();
  let link: PortLink | null = null;
  let droppedBlocks = 0;
  let closed = false;
  const paced = createPaced<StreamClientState>(
    () => ({
      connected: link !== null,
      descriptors: [...descriptors.values()],
      statuses: [...statuses.values()],
      measurements: latest.list(),
      droppedBlocks,
      clockUncertaintyMs: clock.uncertaintyMs(),
    }),
    timers,
  );

  function takeBlock(bytes: Uint8Array): void {
    const decoded = decodeBlock(bytes);
    if (!decoded.ok) {
      droppedBlocks += 1;
      paced.touch();
      return;
    }
    const { block } = decoded;
    const descriptor = descriptors.get(block.streamId);
    onBlock.tell(block, bytes, descriptor?.epoch === block.epoch ? descriptor : null);
  }

  function takeNotice(notice: PortNotice): void {
    switch (notice.kind) {
      case 'descriptor':
        descriptors.set(notice.descriptor.streamId, notice.descriptor);
        onDescriptor.tell(notice.descriptor);
        break;
      case 'device':
        statuses.set(notice.status.deviceId, notice.status);
        onStatus.tell(notice.status);
        break;
      case 'event':
        onEvent.tell(notice.event);
        break;
      case 'measurement':
        latest.take(notice.measurement);
        onMeasurement.tell(notice.measurement);
        break;
      case 'dropped':
        droppedBlocks += notice.blocks;
        break;
    }
    paced.touch();
  }

  return {
    state: paced.state,
    subscribe: paced.subscribe,
    attach: (port) => {
      link?.close();
      link = null;
      if (closed) {
        port.close();
        return;
      }
      const opened = openPortLink(port, {
        clock: {
          ...clock,
          add: (comparison) => {
            clock.add(comparison);
            paced.touch();
          },
        },
        timers,
        onBlock: takeBlock,
        onNotice: takeNotice,
        onClosed: () => {
          if (link === opened) {
            link = null;
            paced.touch();
          }
        },
      });
      link = opened;
      onAttached.tell();
      paced.touch();
    },
    onBlock: onBlock.add,
    onDescriptor: onDescriptor.add,
    onStatus: onStatus.add,
    onEvent: onEvent.add,
    onMeasurement: onMeasurement.add,
    onAttached: onAttached.add,
    feed: (feed) => link?.feed(feed),
    endFeed: (feed) => link?.endFeed(feed),
    descriptors: () => [...descriptors.values()],
    statuses: () => [...statuses.values()],
    measurements: latest.list,
    requestBackfill: async (range) => (await link?.backfill(range)) ?? null,
    hostTimeNow: () => clock.hostTimeOf(timers.now()),
    hostTimeOf: clock.hostTimeOf,
    close: () => {
      closed = true;
      link?.close();
      link = null;
      for (const listeners of [
        onBlock,
        onDescriptor,
        onStatus,
        onEvent,
        onMeasurement,
        onAttached,
      ]) {
        listeners.clear();
      }
      paced.close();
    },
  };
}
