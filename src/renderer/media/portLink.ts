import {
  LIVE_WINDOW_BLOCKS,
  type StreamNotice,
  StreamNoticeSchema,
  type StreamRequest,
} from '../../contracts/streamPort.ts';
import type { ClockOffset } from './clockOffset.ts';
import { createClockProbe } from './clockProbe.ts';
import type { Timers } from './timers.ts';

/** Blocks of one epoch, both ends included. */
export type BlockRange = {
  readonly streamId: number;
  readonly epoch: number;
  readonly fromSeq: number;
  readonly toSeq: number;
};

export type PortNotice = Exclude<StreamNotice, { kind: 'pong' | 'backfill' }>;

/** One port to one device host process. */
export type PortLink = {
  /** @returns null when the host did not answer in time, or the port closed. */
  readonly backfill: (range: BlockRange) => Promise<readonly Uint8Array[] | null>;
  /** Hands over a packet of a device that only this window reaches. */
  readonly feed: (feed: WindowFeed) => void;
  readonly endFeed: (feed: Omit<WindowFeed, 'packet'>) => void;
  readonly close: () => void;
};

export type WindowFeed = Omit<Extract<StreamRequest, { kind: 'feed' }>, 'kind'>;

/** Credits return in groups, long before the window is used up. */
const CREDIT_BLOCKS = LIVE_WINDOW_BLOCKS / 16;
const BACKFILL_PATIENCE_MS = 5000;

export function openPortLink(
  port: MessagePort,
  deps: {
    readonly clock: ClockOffset;
    readonly timers: Timers;
    readonly onBlock: (bytes: Uint8Array) => void;
    readonly onNotice: (notice: PortNotice) => void;
    /** The other end closed the port. */
    readonly onClosed: () => void;
  },
): PortLink {
  const { clock, timers } = deps;
  const waiting = new Map<number, (blocks: readonly Uint8Array[] | null) => void>();
  let untaken = 0;
  let nextRequest = 1;
  let open = true;

  const send = (request: StreamRequest): void => port.postMessage(request);
  const probe = createClockProbe({
    clock,
    timers,
    firstId: 1,
    ask: (id) => send({ kind: 'ping', id }),
  });

  function takeBlock(bytes: Uint8Array): void {
    deps.onBlock(bytes);
    untaken += 1;
    if (untaken === CREDIT_BLOCKS && open) {
      send({ kind: 'taken', blocks: untaken });
      untaken = 0;
    }
  }

  function takeNotice(notice: StreamNotice): void {
    switch (notice.kind) {
      case 'pong':
        probe.answered(notice.id, notice.hostTimeMs);
        return;
      case 'backfill':
        waiting.get(notice.requestId)?.(notice.blocks);
        return;
      case 'descriptor':
      case 'device':
      case 'event':
      case 'measurement':
      case 'dropped':
        deps.onNotice(notice);
    }
  }

  function finish(): void {
    open = false;
    probe.stop();
    for (const answer of waiting.values()) {
      answer(null);
    }
    port.close();
  }

  port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!open) {
      return;
    }
    if (data instanceof Uint8Array) {
      takeBlock(data);
      return;
    }
    const notice = StreamNoticeSchema.safeParse(data);
    if (notice.success) {
      takeNotice(notice.data);
    }
  });
  // Chromium tells when the other end is gone; where it does not, main hands over the next port.
  port.addEventListener('close', () => {
    if (open) {
      finish();
      deps.onClosed();
    }
  });
  port.start();

  return {
    backfill: (range) =>
      new Promise((resolve) => {
        if (!open) {
          resolve(null);
          return;
        }
        const requestId = nextRequest++;
        const answer = (blocks: readonly Uint8Array[] | null): void => {
          cancel();
          waiting.delete(requestId);
          resolve(blocks);
        };
        const cancel = timers.after(BACKFILL_PATIENCE_MS, () => answer(null));
        waiting.set(requestId, answer);
        send({ kind: 'backfill', requestId, ...range });
      }),
    feed: (feed) => {
      if (open) {
        send({ kind: 'feed', ...feed });
      }
    },
    endFeed: (feed) => {
      if (open) {
        send({ kind: 'feedEnd', ...feed });
      }
    },
    close: () => {
      if (open) {
        finish();
      }
    },
  };
}
