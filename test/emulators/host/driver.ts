import type { FrameStamp } from '../stamps.ts';
import type { HostClock } from './clock.ts';

/** What a host needs of an emulated device; every emulator in this folder has this shape. */
export type EmulatedDevice = {
  readonly receive: (bytes: Uint8Array, nowMs: number) => Uint8Array[];
  readonly advance: (nowMs: number) => {
    readonly writes: readonly Uint8Array[];
    readonly sent: readonly { readonly frameIndex: number; readonly startCount: number }[];
    readonly disconnect: boolean;
  };
  readonly nextDueMs: () => number;
};

/** The wire under the device. */
export type Wire = {
  /** Hands bytes to the wire; false when nobody is at the other end and the bytes are lost. */
  readonly write: (bytes: Uint8Array) => boolean;
  /** The device asks to be torn off (a fault). */
  readonly disconnect: () => void;
};

export type DriverStats = {
  readonly framesSent: number;
  readonly bytesSent: number;
  /** Frames that were due while the link was down or nobody had the port open. */
  readonly framesUnread: number;
};

/**
 * Gives a device time: sends what is due at its absolute due time, so that timer errors do not add
 * up. After a stall of the process every frame that became due is sent, with the stamp of the moment
 * it really left.
 */
export function createDriver(
  device: EmulatedDevice,
  wire: Wire,
  clock: HostClock,
  onStamp: (stamp: FrameStamp) => void = () => undefined,
) {
  let cancel: () => void = () => undefined;
  let isRunning = false;
  const stats = { framesSent: 0, bytesSent: 0, framesUnread: 0 };
  const put = (bytes: Uint8Array): boolean => {
    const accepted = wire.write(bytes);
    if (accepted) stats.bytesSent += bytes.length;
    return accepted;
  };
  const flush = (nowMs: number): void => {
    const { writes, sent, disconnect } = device.advance(nowMs);
    const handedMs = clock.nowMs();
    const accepted = writes.map(put).every(Boolean);
    for (const frame of sent) {
      if (accepted) onStamp({ ...frame, monotonicMs: handedMs });
    }
    if (accepted) stats.framesSent += sent.length;
    else stats.framesUnread += sent.length;
    if (disconnect) wire.disconnect();
  };
  const arm = (): void => {
    cancel();
    const dueMs = device.nextDueMs();
    if (!isRunning || dueMs === Infinity) return;
    cancel = clock.schedule(Math.max(0, dueMs - clock.nowMs()), tick);
  };
  const tick = (): void => {
    flush(clock.nowMs());
    arm();
  };
  return {
    start: (): void => {
      isRunning = true;
      arm();
    },
    /** Bytes from the host computer. */
    receive: (bytes: Uint8Array): void => {
      const nowMs = clock.nowMs();
      flush(nowMs);
      for (const reply of device.receive(bytes, nowMs)) put(reply);
      arm();
    },
    stop: (): void => {
      isRunning = false;
      cancel();
    },
    stats: (): DriverStats => ({ ...stats }),
  };
}
