// The recorder at work beside the store, in a loop of its own as in the device host.
import { parentPort, workerData } from 'node:worker_threads';
import { ok } from '../../../../src/contracts/faults.ts';
import { systemTime } from '../../../../src/devices/_sdk/time.ts';
import { createBus } from '../../../../src/devices/host/bus.ts';
import {
  openRecording,
  type StreamMark,
} from '../../../../src/devices/host/recorder/openRecording.ts';
import { startRecorder } from '../../../../src/devices/host/recorder/recorder.ts';
import type { WritableFile } from '../../../../src/devices/host/recorder/writer.ts';
import { RECORD_KIND } from '../../../../src/record/format.ts';
import type { OpenKey } from '../../../../src/record/sealed/types.ts';
import { tellParent } from '../../reports.ts';
import { BLOCK_MS, signalBlock } from './signal.ts';

export interface Recording {
  readonly file: string;
  readonly recordingId: string;
  readonly key: OpenKey;
}

const MS_NS = 1_000_000;
/** A record's kind is its fifth byte: docs/recording-format.md. */
const KIND_AT = 4;

const { file, recordingId, key } = workerData as Recording;
const bus = createBus();
let epoch = 0;

/** Tells which blocks the disk was asked for, and said that it has. */
function watched(handle: WritableFile): WritableFile {
  let written = 0;
  return {
    writev: async (buffers, position) => {
      const taken = await handle.writev(buffers, position);
      written += buffers.filter((record) => record[KIND_AT] === RECORD_KIND.block).length;
      return taken;
    },
    datasync: async () => {
      const blocks = written;
      await handle.datasync();
      tellParent({ is: 'recorded', recordingId, epoch, blocks });
    },
    close: () => handle.close(),
  };
}

/** What was due since, also where the loop was held up: a device does not wait. */
function emit(): void {
  const started = process.hrtime.bigint();
  let emitted = 0;
  setInterval(() => {
    const now = process.hrtime.bigint();
    const due = Math.floor(Number(now - started) / (BLOCK_MS * MS_NS));
    for (; emitted < due; emitted++) bus.publish(signalBlock(epoch, emitted, now));
    tellParent({ is: 'emitted', recordingId, epoch, blocks: emitted });
  }, BLOCK_MS);
}

function goOn(streams: readonly StreamMark[]): void {
  epoch = streams.reduce((next, stream) => Math.max(next, stream.epoch + 1), 0);
  emit();
}

const recorder = startRecorder({
  file,
  recordingId,
  key,
  bus,
  time: systemTime,
  after: Promise.resolve(),
  onTrouble: (fault, lostBlocks) =>
    tellParent({ is: 'trouble', what: `recorder: ${fault?.code}, ${lostBlocks} blocks` }),
  onOpened: goOn,
  open: async (...how) => {
    const opened = await openRecording(...how);
    return opened.ok ? ok({ ...opened.value, handle: watched(opened.value.handle) }) : opened;
  },
});
const opened = await recorder.opened;
if (!opened.ok) tellParent({ is: 'trouble', what: `recording: ${opened.fault.code}` });
parentPort?.postMessage('opened');
