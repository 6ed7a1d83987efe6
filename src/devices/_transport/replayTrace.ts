import { type Fault, fault } from '../../contracts/faults.ts';
import { pause, systemTime } from '../_sdk/time.ts';
import type { Player } from './replayPlayer.ts';
import type { TraceLine } from './traceFile.ts';

/**
 * Plays a trace packet by packet: at each `out` it waits until something was written (as often as
 * there are of them in a row), which makes the device answer only what it was asked. With speed 1 the packets keep the distance that they
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
  const packets = trace.filter((line) => line.pipe === 'data');
  const written = (from: number): Promise<void> | null => {
    const count = outsFrom(packets, from);
    return count === 0 ? null : nextWrite(count);
  };
  let lastMs = packets[0]?.atMs ?? 0;
  let writes = written(0);
  for (const [index, line] of packets.entries()) {
    if (line.direction === 'out') {
      await writes;
    } else {
      await pause(systemTime, speed === 0 ? 0 : Math.max(0, line.atMs - lastMs) / speed, signal);
      await listening();
    }
    if (signal.aborted) {
      return null;
    }
    lastMs = line.atMs;
    if (line.direction === 'in') {
      // The wait begins before the packet goes out: its listener may answer it at once.
      writes = written(index + 1);
      deliver(line.bytes, systemTime.nowNs());
    }
  }
  return fault('DEVICE_UNPLUGGED');
}

/** Packets that the host wrote one after the other there. */
function outsFrom(packets: readonly TraceLine[], from: number): number {
  const end = packets.findIndex((line, index) => index >= from && line.direction === 'in');
  return (end < 0 ? packets.length : end) - from;
}
