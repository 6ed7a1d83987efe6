import { type Fault, fault } from '../../contracts/faults.ts';
import { pause, systemTime } from '../_sdk/time.ts';
import type { Player } from './replayPlayer.ts';
import type { TraceLine } from './traceFile.ts';

/**
 * Plays a trace packet by packet: at each `out` it waits until something was written, which makes
 * the device answer only what it was asked. With speed 1 the packets keep the distance that they
 * had, counted anew after each write.
 */
export async function playTrace(
  trace: readonly TraceLine[],
  speed: number,
  { signal, deliver, listening, nextWrite, answer }: Player,
): Promise<Fault | null> {
  for (const line of trace) {
    if (line.pipe === 'control' && line.direction === 'in') {
      answer(line.bytes);
    }
  }
  let lastMs = trace[0]?.atMs ?? 0;
  const packets = trace.filter((line) => line.pipe === 'data');
  let write: Promise<void> | null = packets[0]?.direction === 'out' ? nextWrite() : null;
  for (const [index, line] of packets.entries()) {
    if (line.direction === 'out') {
      await write;
    } else {
      await pause(systemTime, speed === 0 ? 0 : Math.max(0, line.atMs - lastMs) / speed, signal);
      await listening();
    }
    if (signal.aborted) {
      return null;
    }
    // The wait begins before the packet goes out: its listener may answer it at once.
    write = packets[index + 1]?.direction === 'out' ? nextWrite() : null;
    if (line.direction === 'in') {
      deliver(line.bytes, systemTime.nowNs());
    }
    lastMs = line.atMs;
  }
  return fault('DEVICE_UNPLUGGED');
}
