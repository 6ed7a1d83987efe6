import { open } from 'node:fs/promises';
import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import type { AdapterManifest } from '../_sdk/adapter.ts';
import { pause, systemTime } from '../_sdk/time.ts';
import type { Transport } from '../_sdk/transport.ts';
import { createPlayer, type Player } from './replayPlayer.ts';
import { playTrace } from './replayTrace.ts';
import { parseTrace } from './traceFile.ts';

export type ReplayOptions = {
  /** The bytes that a device once said, in order; or a trace: JSON lines, see traceFile.ts. */
  readonly path: string;
  /** 1 = as recorded, 0 = as fast as it is taken. */
  readonly speed: number;
  /** How a capture of raw bytes of this device is played; null: it cannot be. */
  readonly raw: AdapterManifest['replay'];
};

const TICK_MS = 20;
const FAST_CHUNK_BYTES = 4096;

/**
 * A capture as a transport. What is written is not compared with what was written then. It plays
 * only while somebody listens; its end is an unplugging. Fails with DEVICE_NOT_FOUND, or with
 * DEVICE_CANNOT where the file is no trace and the device is not replayed from bytes.
 */
export async function openReplay(options: ReplayOptions): Promise<Result<Transport>> {
  const capture = await readWhole(options.path);
  if (capture === null) {
    return failed('DEVICE_NOT_FOUND', { path: options.path });
  }
  const trace = parseTrace(capture);
  if (trace !== null) {
    return ok(createPlayer((player) => playTrace(trace, options.speed, player)));
  }
  const { raw } = options;
  if (raw === null) {
    return failed('DEVICE_CANNOT', { path: options.path });
  }
  return ok(createPlayer((player) => playBytes(capture, raw, options.speed, player)));
}

/**
 * With a terminator: silent until spoken to, and after each text again, as the device was. Without
 * one: a device that talks by itself.
 */
async function playBytes(
  capture: Buffer,
  raw: NonNullable<ReplayOptions['raw']>,
  speed: number,
  { signal, deliver, listening, nextWrite }: Player,
): Promise<Fault | null> {
  const { replyTerminator } = raw;
  const perTick = Math.max(1, Math.round((raw.bytesPerSecond * speed * TICK_MS) / 1000));
  const chunkBytes = speed === 0 ? FAST_CHUNK_BYTES : perTick;
  let at = 0;
  if (replyTerminator !== null) {
    await nextWrite();
  }
  while (!signal.aborted && at < capture.length) {
    await listening();
    const pauseAt = replyTerminator === null ? -1 : capture.indexOf(replyTerminator, at, 'latin1');
    const limit = pauseAt < 0 ? capture.length : pauseAt + (replyTerminator?.length ?? 0);
    const to = Math.min(at + chunkBytes, limit);
    // The wait begins before the bytes go out: their listener may answer them at once.
    const command = to === limit && pauseAt >= 0 ? nextWrite() : null;
    deliver(capture.subarray(at, to), systemTime.nowNs());
    at = to;
    await (command ?? pause(systemTime, speed === 0 ? 0 : TICK_MS, signal));
  }
  return signal.aborted ? null : fault('DEVICE_UNPLUGGED');
}

async function readWhole(path: string): Promise<Buffer | null> {
  try {
    const handle = await open(path, 'r');
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
