import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import { pause, systemTime } from '../_sdk/time.ts';
import { type BytesListener, createListenerSlot, type Transport } from '../_sdk/transport.ts';
import { openFailed } from './failure.ts';
import { createLifetime } from './lifetime.ts';

/** `struct input_event` of a 64-bit kernel (linux/input.h): time 16, type 2, code 2, value 4. */
export const INPUT_EVENT_BYTES = 24;
const EVENTS_A_READ = 64;
/**
 * A read that waits would hold one of the process's four file threads until a button is pressed, and
 * could not be ended. So it is asked at this beat; nobody feels 15 ms after a finger.
 */
const BEAT_MS = 15;
const WITH_64_BITS = new Set(['x64', 'arm64', 'riscv64', 'ppc64', 's390x', 'loong64']);

/** Fails as `openTransport` says; DEVICE_CANNOT where the kernel has no such devices. */
export async function openInput(
  path: string,
  platform: { readonly os: string; readonly arch: string } = {
    os: process.platform,
    arch: process.arch,
  },
): Promise<Result<Transport>> {
  if (platform.os !== 'linux' || !WITH_64_BITS.has(platform.arch)) {
    return failed('DEVICE_CANNOT', { path });
  }
  try {
    return ok(createInputTransport(await open(path, constants.O_RDONLY | constants.O_NONBLOCK)));
  } catch (error) {
    return openFailed(error, path);
  }
}

function createInputTransport(file: FileHandle): Transport {
  const slot = createListenerSlot();
  const life = createLifetime(async () => {
    await reading;
    await file.close();
  });
  const reading: Promise<void> = readEvents(file, slot.deliver, life.signal).then((reason) => {
    void life.end(reason);
  });
  return {
    readable: slot.readable,
    writable: { write: async () => failed('DEVICE_CANNOT', { request: 'write' }) },
    control: null,
    closed: life.closed,
    close: () => life.end(null),
  };
}

async function readEvents(
  file: FileHandle,
  deliver: BytesListener,
  signal: AbortSignal,
): Promise<Fault | null> {
  const buffer = Buffer.allocUnsafe(INPUT_EVENT_BYTES * EVENTS_A_READ);
  while (!signal.aborted) {
    try {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) {
        return fault('DEVICE_UNPLUGGED');
      }
      deliver(buffer.subarray(0, bytesRead), systemTime.nowNs());
    } catch (error) {
      if (!isNothingYet(error)) {
        return fault('DEVICE_UNPLUGGED');
      }
      await pause(systemTime, BEAT_MS, signal);
    }
  }
  return null;
}

function isNothingYet(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'EAGAIN' || code === 'EINTR';
}
