import { oneIn } from '../usb/pending.ts';
import { eventsBetween, measuredAt } from './breathing.ts';
import { MEASUREMENT_KIND, packedFloats, single, u32 } from './messages.ts';
import { maskOf, type Sensor } from './sensors.ts';

/** Which of the documented measurement messages carries the periodic sensors. */
export type StreamForm = 'normal' | 'wide' | 'single';

export type StreamOptions = {
  readonly seed: number;
  readonly form: StreamForm;
  readonly dropEvery: number | undefined;
  readonly onDrop: () => void;
  readonly send: (kind: number, rest: Uint8Array, dueMs: number) => void;
};

/** Samples gather for at most this long before a message carries them. */
const BATCH_MS = 40;
/** Two floats each, and the header, stay within one report. */
const MAX_BATCH = 6;

type Running = {
  readonly sensors: readonly Sensor[];
  readonly periodMs: number;
  readonly startMs: number;
  readonly batch: number;
  /** The next sample. */
  index: number;
  breaths: number;
};

/** Measurements of the running collection. The subject breathes on a clock that starts with it. */
export function createStream(options: StreamOptions) {
  const { send, form, seed } = options;
  const drops = oneIn(options.dropEvery);
  let running: Running | undefined;
  const dueOf = (now: Running): number => now.startMs + (now.index + now.batch) * now.periodMs;

  const sendPeriodic = (now: Running, dueMs: number): void => {
    const periodic = now.sensors.filter((sensor) => !sensor.aperiodic);
    if (periodic.length === 0) return;
    const rows = Array.from({ length: now.batch }, (_, i) => {
      const index = now.index + i;
      const { flow, volume } = measuredAt(seed, index, (index * now.periodMs) / 1000);
      return periodic.map((sensor) => (sensor.unit === 'L' ? volume : flow));
    });
    if (form === 'single') {
      for (const [j, sensor] of periodic.entries()) {
        const values = rows.map((row) => row[j] ?? 0);
        send(MEASUREMENT_KIND.singleReal32, single(sensor.number, values, 'float'), dueMs);
      }
      return;
    }
    const kind = form === 'wide' ? MEASUREMENT_KIND.wideReal32 : MEASUREMENT_KIND.normalReal32;
    send(kind, packedFloats(maskOf(periodic), rows, form === 'wide'), dueMs);
  };
  const sendEvents = (now: Running, dueMs: number): void => {
    const fromS = (now.index * now.periodMs) / 1000;
    for (const event of eventsBetween(fromS, fromS + (now.batch * now.periodMs) / 1000)) {
      if (event.kind === 'breath') now.breaths += 1;
      const wanted = event.kind === 'breath' ? 'int32' : 'real';
      const sensor = now.sensors.find((one) => one.aperiodic && one.type === wanted);
      if (sensor === undefined) continue;
      if (event.kind === 'breath') {
        const rest = single(sensor.number, [now.breaths], 'int');
        send(MEASUREMENT_KIND.aperiodicInt32, rest, dueMs);
      } else {
        const rest = single(sensor.number, [event.lps], 'float');
        send(MEASUREMENT_KIND.aperiodicReal32, rest, dueMs);
      }
    }
  };
  const sendBatch = (now: Running, dueMs: number): void => {
    if (drops()) {
      options.onDrop();
      // The layout behind 0D is not published: the number of samples is our own choice.
      send(MEASUREMENT_KIND.dropped, u32(now.batch), dueMs);
      return;
    }
    sendPeriodic(now, dueMs);
    sendEvents(now, dueMs);
  };

  return {
    start: (sensors: readonly Sensor[], periodUs: number, nowMs: number): void => {
      const periodMs = periodUs / 1000;
      const batch = Math.min(MAX_BATCH, Math.max(1, Math.floor(BATCH_MS / periodMs)));
      running = { sensors, periodMs, startMs: nowMs, batch, index: 0, breaths: 0 };
      // What follows 0C and 0E is not published either: microseconds, both.
      send(MEASUREMENT_KIND.startTime, u32(0), nowMs);
      send(MEASUREMENT_KIND.period, u32(periodUs), nowMs);
    },
    stop: (): void => {
      running = undefined;
    },
    produce: (nowMs: number): void => {
      const now = running;
      if (now === undefined) return;
      for (let dueMs = dueOf(now); dueMs <= nowMs; dueMs = dueOf(now)) {
        sendBatch(now, dueMs);
        now.index += now.batch;
      }
    },
    nextDueMs: (): number => (running === undefined ? Infinity : dueOf(running)),
  };
}
