import { type Fault, failed, fault, ok, type Result } from '../../../contracts/faults.ts';
import type { BlockRange } from '../../../record/rangeReader.ts';
import type { OpenKey } from '../../../record/sealed/types.ts';
import type { HostTime } from '../../_sdk/time.ts';
import type { Bus, Consumer } from '../bus.ts';
import { createFileSink, type FileSink } from './fileSink.ts';
import { createLossReport, type LossReport } from './lossReport.ts';
import type { OpenedRecording, openRecording, StreamMark } from './openRecording.ts';

/** Together with what the writer holds, about an hour of a Cyton; beyond it blocks are refused. */
const MAX_QUEUED_BLOCKS = 500_000;
/** Some milliseconds of encoding: a backlog is worked off without holding up the devices. */
const ITEMS_PER_TURN = 500;

export type Recorder = {
  /** The file was read and takes; fails as `openRecording` does, and nothing is recorded then. */
  readonly opened: Promise<Result<OpenedRecording>>;
  /** @returns blocks as `readRange` does; null also while the file is being opened. */
  read(range: BlockRange, limit: number): Promise<Uint8Array[] | null>;
  /** Takes no more, writes the rest. Fails when something was kept out: `lostBlocks`. Idempotent. */
  close(): Promise<Result<{ blocks: number }>>;
};

type Options = {
  readonly file: string;
  readonly recordingId: string;
  readonly bus: Bus;
  readonly time: HostTime;
  readonly open: typeof openRecording;
  /** null: the recording is not sealed. */
  readonly key?: OpenKey | null;
  /** The file may be opened: who held it before has let go. */
  readonly after: Promise<unknown>;
  readonly onTrouble: (fault: Fault | null, lostBlocks: number) => void;
  /** Called before the first item is taken: sessions move past what the file holds. */
  readonly onOpened: (streams: readonly StreamMark[]) => void;
};

/**
 * Appends to one file everything, but statuses, that the bus carries from this call on: what comes
 * while the file is still being read waits in the bus.
 */
export function startRecorder(options: Options): Recorder {
  const { bus, time } = options;
  const losses = createLossReport(time, options.onTrouble);
  let sink: FileSink | null = null;
  let closing: Promise<Result<{ blocks: number }>> | null = null;
  const consumer = bus.subscribe({
    limitBlocks: MAX_QUEUED_BLOCKS,
    policy: 'refuseNewest',
    itemsPerTurn: ITEMS_PER_TURN,
    onLost: losses.add,
    take: (item) => sink?.take(item) ?? false,
  });

  async function open(): Promise<Result<OpenedRecording>> {
    await options.after;
    const header = { recordingId: options.recordingId, createdAt: time.wallClock() };
    const opened = await options.open(options.file, header, options.key ?? null);
    if (!opened.ok) {
      consumer.close();
      losses.close();
      return opened;
    }
    options.onOpened(opened.value.streams);
    sink = createFileSink({
      opened: opened.value,
      time,
      onFault: losses.setTrouble,
      onWritten: consumer.pump,
      onForeign: () => losses.add(1),
    });
    consumer.pump();
    return opened;
  }

  async function close(): Promise<Result<{ blocks: number }>> {
    const result = await opened;
    if (!result.ok) {
      return result;
    }
    return sink === null ? ok({ blocks: 0 }) : finish(sink, consumer, losses);
  }

  const opened = open();
  return {
    opened,
    read: async (range, limit) => sink?.read(range, limit) ?? null,
    close: () => {
      consumer.leave();
      closing ??= close();
      return closing;
    },
  };
}

async function finish(
  sink: FileSink,
  consumer: Consumer,
  losses: LossReport,
): Promise<Result<{ blocks: number }>> {
  await drain(sink, consumer);
  const queued = consumer.queuedBlocks();
  consumer.close();
  const left = await sink.close();
  const missing = queued + sink.unwrittenBlocks();
  if (missing > 0) {
    losses.add(missing);
  }
  losses.close();
  if (left === null && losses.lost() === 0) {
    return ok({ blocks: sink.blocks() });
  }
  const { code } = left ?? fault('RECORDING_RANGE_MISSING');
  return failed(code, { lostBlocks: losses.lost() });
}

/** Until everything that was accepted is written, or the disk refuses. */
async function drain(sink: FileSink, consumer: Consumer): Promise<void> {
  for (;;) {
    consumer.pump();
    const refusal = await sink.flush();
    if (refusal !== null || consumer.isEmpty()) {
      return;
    }
  }
}
