import { failed, ok, type Result } from '../../contracts/faults.ts';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import { createSampleCollector } from '../_sdk/sampleCollector.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { Transport } from '../_sdk/transport.ts';
import { STORED } from './manifest.ts';
import { perfusionOrNone, pulseOrNone, spo2OrNone } from './reading.ts';
import type { SessionReader, SessionVerdict, StoredSecond } from './sessions.ts';

/** The older device needs a moment before it begins; later bytes follow each other closely. */
export const IDLE_MS = 3_000;
const SETTLE_MS = 300;
const ATTEMPTS = 3;

export type DownloadOptions = {
  readonly transport: Transport;
  readonly time: HostTime;
  readonly sink: SampleSink;
  readonly begin: Uint8Array;
  readonly cease: Uint8Array;
  readonly reader: () => SessionReader;
  /** 2: SpO2 and pulse; 3: perfusion index too. */
  readonly channels: 2 | 3;
};

/**
 * Reads the stored session whole, then gives it to the sink; a session that does not come whole is
 * not given at all. Fails with DEVICE_NO_ANSWER {seconds, announced}, DEVICE_PROTOCOL {attempts} or
 * what the device said.
 */
export async function downloadSession(options: DownloadOptions): Promise<Result<void>> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const outcome = await readOnce(options);
    if (!outcome.ok) {
      return outcome;
    }
    const verdict = outcome.value;
    if (verdict.kind === 'refused') {
      return { ok: false, fault: verdict.fault };
    }
    if (verdict.kind === 'session') {
      giveSession(verdict.seconds, options);
      return ok(undefined);
    }
    options.sink.onBadFrames(1);
  }
  return failed('DEVICE_PROTOCOL', { attempts: ATTEMPTS });
}

async function readOnce(options: DownloadOptions): Promise<Result<SessionVerdict>> {
  const { transport, time, begin, cease, reader } = options;
  const session = reader();
  const hearing = hearSession(transport, time, session);
  const asked = await transport.writable.write(begin);
  const verdict = asked.ok ? await hearing.verdict : null;
  hearing.stop();
  if (!asked.ok) {
    return asked;
  }
  // Also after a failure: the device is to go back to what it did before.
  const ceased = await transport.writable.write(cease);
  await letSettle(transport, time);
  if (verdict === null) {
    const { seconds, announced } = session.progress();
    return failed('DEVICE_NO_ANSWER', { seconds, announced: announced ?? 'unknown' });
  }
  return ceased.ok ? ok(verdict) : ceased;
}

function hearSession(transport: Transport, time: HostTime, session: SessionReader) {
  let stop: () => void = () => undefined;
  const verdict = new Promise<SessionVerdict | null>((resolve) => {
    let open = true;
    let cancel: () => void = () => undefined;
    let unlisten: () => void = () => undefined;
    const finish = (result: SessionVerdict | null): void => {
      open = false;
      cancel();
      unlisten();
      resolve(result);
    };
    stop = () => finish(null);
    const wait = (): void => {
      cancel();
      const { seconds, announced } = session.progress();
      const before = seconds + (announced ?? 0);
      cancel = time.after(IDLE_MS, () => {
        const now = session.progress();
        // Live frames of a device that does not answer must not keep this waiting for ever.
        if (now.seconds + (now.announced ?? 0) === before) {
          finish(session.silent());
        } else {
          wait();
        }
      });
    };
    wait();
    unlisten = transport.readable.listen((bytes) => {
      const result = open ? session.push(bytes) : null;
      if (result !== null) {
        finish(result);
      }
    });
    void transport.closed.then(() => finish(null));
  });
  return { verdict, stop: () => stop() };
}

/** Throws away what is still under way. */
function letSettle(transport: Transport, time: HostTime): Promise<void> {
  return new Promise((resolve) => {
    const unlisten = transport.readable.listen(() => undefined);
    time.after(SETTLE_MS, () => {
      unlisten();
      resolve();
    });
  });
}

function giveSession(seconds: readonly StoredSecond[], options: DownloadOptions): void {
  const { sink, time, channels } = options;
  const scales = Float64Array.of(1, 1, 0.01).slice(0, channels);
  const trend = createSampleCollector({ stream: STORED, scales, sink });
  const readAtNs = time.nowNs();
  if (seconds.length === 0) {
    sink.onEvent({ code: 'downloaded' });
    return;
  }
  // The device keeps no time of day: nobody can say when it was.
  sink.onStored(STORED, null);
  for (const { spo2, pulse, perfusion } of seconds) {
    const hasPerfusion = perfusion !== null && perfusionOrNone(perfusion) !== null;
    trend.values.set([spo2, pulse, perfusion ?? 0].slice(0, channels));
    const missing = [spo2OrNone(spo2) === null, pulseOrNone(pulse) === null, !hasPerfusion];
    for (let channel = 0; channel < channels; channel++) {
      trend.flags[channel] = missing[channel] === true ? CHANNEL_FLAG.lost : 0;
    }
    trend.commit(readAtNs);
  }
  trend.emit();
  sink.onEvent({ code: 'downloaded' });
}
