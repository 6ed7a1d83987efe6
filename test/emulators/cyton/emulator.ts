import { createFrameSender } from '../common/frameSender.ts';
import { createOutbox, type SentFrame } from '../common/outbox.ts';
import type { EcgSource, MeasuredLead } from '../ecg/leads.ts';
import { createRandom } from '../random.ts';
import { createBoard, NO_BOARD, runCommand } from './board.ts';
import { type CytonCommand, createCommandParser } from './commands.ts';
import type { CytonFaultPlan } from './faults.ts';
import { CHANNEL_COUNT, encodeFrame } from './frame.ts';
import { createFrontEnd } from './frontEnd.ts';
import { CYTON_LAYOUT } from './layout.ts';

export type CytonOptions = {
  readonly source: EcgSource;
  readonly seed?: number;
  /** Error of the board's crystal in parts per million; added to that of `clock-drift`. */
  readonly clockPpm?: number;
  readonly faults?: CytonFaultPlan;
  /** Electrode impedance, ohms; 5 kilohm where not given. */
  readonly impedanceOhms?: Partial<Record<MeasuredLead, number>>;
  /** The board streams already when the link comes up. */
  readonly streamOnStart?: boolean;
  readonly onEvent?: (event: 'started' | 'stopped') => void;
};

export type CytonOutput = {
  /** All of `writes`, joined. */
  readonly bytes: Uint8Array;
  /** Frames whose last byte is in `bytes`. */
  readonly frames: number;
  readonly writes: readonly Uint8Array[];
  readonly sent: readonly SentFrame[];
  /** The link is to be cut after these bytes (fault `disconnect-mid-frame`). */
  readonly disconnect: boolean;
};

export type CytonEmulator = {
  /** Takes commands; returns the replies that are due at once. Call `advance(nowMs)` first. */
  readonly receive: (bytes: Uint8Array, nowMs: number) => Uint8Array[];
  /** Everything that became due up to `nowMs`, however long ago the last call was. */
  readonly advance: (nowMs: number) => CytonOutput;
  /** When `advance` will next have something; infinite when only a command can change that. */
  readonly nextDueMs: () => number;
  readonly streaming: () => boolean;
  readonly faultsInjected: () => number;
};

const RATE_HZ = 250;
const NOMINAL_PERIOD_MS = 1000 / RATE_HZ;
/** The accelerometer runs at 25 Hz: every tenth packet has new values, the others zeros. */
const ACCEL_EVERY = 10;
/** Lying flat: z = 1 g at 0.002/16 g a count. */
const ACCEL_REST = [128, -96, 8000] as const;
const ACCEL_NONE = [0, 0, 0] as const;
const DEFAULT_OHMS = 5000;

function allImpedances(given: CytonOptions['impedanceOhms']): Record<MeasuredLead, number> {
  const o = DEFAULT_OHMS;
  return { I: o, II: o, V1: o, V2: o, V3: o, V4: o, V5: o, V6: o, ...given };
}

type Streaming = { startMs: number; frameIndex: number; offsetS: number };

/**
 * An OpenBCI Cyton (8 channels, no Daisy) behind its dongle, as a state machine: no I/O, no clock,
 * the same options and the same calls give the same bytes. Times are milliseconds of any monotonic
 * clock. The heart starts at the first `b` and beats on through later stops and starts.
 */
export function createCytonEmulator(options: CytonOptions): CytonEmulator {
  const { source, seed = 1, faults = {}, onEvent = () => undefined } = options;
  const ppm = (options.clockPpm ?? 0) + (faults['clock-drift'] ?? 0);
  const periodMs = NOMINAL_PERIOD_MS / (1 + ppm * 1e-6);
  const random = createRandom(seed);
  const parser = createCommandParser();
  const outbox = createOutbox();
  const { 'lead-off': electrodeOff, ...frameFaults } = faults;
  const sender = createFrameSender({ outbox, faults: frameFaults, layout: CYTON_LAYOUT, random });
  const board = createBoard();
  const measure = createFrontEnd({
    seed,
    impedanceOhms: allImpedances(options.impedanceOhms),
    electrodeOff,
  });
  const leads = new Float64Array(CHANNEL_COUNT);
  const counts = new Int32Array(CHANNEL_COUNT);
  const replyDelayMs = faults['late-reply'] ?? 0;
  let stream: Streaming | undefined;
  let wantsStart = options.streamOnStart === true;
  let heartEpochMs: number | undefined;
  let startCount = 0;
  let sampleNumber = 0;
  let conversion = 0;

  const start = (nowMs: number): void => {
    if (stream !== undefined) return;
    heartEpochMs ??= nowMs;
    const offset = Math.round((nowMs - heartEpochMs) / NOMINAL_PERIOD_MS) / RATE_HZ;
    stream = { startMs: nowMs, frameIndex: 0, offsetS: offset };
    startCount += 1;
    sampleNumber = 0;
    onEvent('started');
  };
  const stop = (): void => {
    if (stream === undefined) return;
    stream = undefined;
    onEvent('stopped');
  };
  const dueOf = (running: Streaming): number =>
    running.startMs + (running.frameIndex + 1) * periodMs;

  const measureFrame = (running: Streaming): Uint8Array => {
    source.at(running.offsetS + (running.frameIndex * periodMs) / 1000, leads);
    measure(board.channels, board.test, { leads, conversion }, counts);
    const accel = sampleNumber % ACCEL_EVERY === 0 ? ACCEL_REST : ACCEL_NONE;
    return encodeFrame(sampleNumber, counts, accel);
  };
  const sendFrame = (running: Streaming, dueMs: number): void => {
    const { frameIndex, startMs } = running;
    const sinceStartMs = dueMs - startMs;
    sender.send(measureFrame(running), { frameIndex, startCount, dueMs, sinceStartMs });
  };
  const produce = (nowMs: number): void => {
    if (wantsStart && faults['no-board'] === undefined) start(nowMs);
    wantsStart = false;
    const running = stream;
    if (running === undefined) return;
    for (let dueMs = dueOf(running); dueMs <= nowMs; dueMs = dueOf(running)) {
      sendFrame(running, dueMs);
      running.frameIndex += 1;
      sampleNumber = (sampleNumber + 1) & 0xff;
      conversion += 1;
    }
  };

  const run = (command: CytonCommand, nowMs: number): Uint8Array[] => {
    const outcome = runCommand(board, command, stream !== undefined);
    if (outcome.stream === 'start') start(nowMs);
    if (outcome.stream === 'stop') stop();
    if (outcome.stream === 'restart') sampleNumber = 0;
    return outcome.reply === undefined ? [] : [Buffer.from(outcome.reply, 'latin1')];
  };
  /** Replies leave at once, or wait in the outbox when the fault makes them late. */
  const answer = (replies: Uint8Array[], nowMs: number): Uint8Array[] => {
    if (replyDelayMs === 0) return replies;
    for (const reply of replies) outbox.pushText(reply, nowMs + replyDelayMs);
    sender.note(replies.length);
    return [];
  };

  return {
    receive: (bytes, nowMs) => {
      produce(nowMs);
      if (faults['no-board'] !== undefined) {
        sender.note();
        return answer([Buffer.from(NO_BOARD, 'latin1')], nowMs);
      }
      const replies = parser.push(bytes, nowMs).flatMap((command) => run(command, nowMs));
      return answer(replies, nowMs);
    },
    advance: (nowMs) => {
      produce(nowMs);
      const late = parser.takeTimeout(nowMs).flatMap((command) => run(command, nowMs));
      for (const reply of answer(late, nowMs)) outbox.pushText(reply, nowMs);
      const { writes, sent, disconnect } = outbox.release(nowMs);
      return { bytes: Buffer.concat(writes), frames: sent.length, writes, sent, disconnect };
    },
    nextDueMs: () => {
      if (wantsStart) return 0;
      const frame = stream === undefined ? Infinity : dueOf(stream);
      return Math.min(frame, outbox.nextDueMs(), parser.deadline());
    },
    streaming: () => stream !== undefined,
    faultsInjected: sender.injected,
  };
}
