import { failed, fault, ok, type Result } from '../../contracts/faults.ts';
import type { Wire } from '../_sdk/adapter.ts';
import { systemTime } from '../_sdk/time.ts';
import { type ControlPipe, createListenerSlot, type Transport } from '../_sdk/transport.ts';
import { openFailed } from './failure.ts';
import { type HidHandle, type HidLibrary, loadHid } from './libraries.ts';
import { attempt, createLifetime, createTurnstile, type Lifetime } from './lifetime.ts';

export type HidWire = Extract<Wire, { kind: 'hid' }>;

/** @param path as the HID library lists it. Fails as `openTransport` says. */
export async function openHid(
  path: string,
  wire: HidWire,
  load: () => Promise<Result<HidLibrary>> = loadHid,
): Promise<Result<Transport>> {
  const library = await load();
  if (!library.ok) {
    return library;
  }
  try {
    return ok(createHidTransport(await library.value.HIDAsync.open(path), wire));
  } catch (error) {
    return openFailed(error, path);
  }
}

function createHidTransport(handle: HidHandle, wire: HidWire): Transport {
  const slot = createListenerSlot();
  const inTurn = createTurnstile();
  const life = createLifetime(async () => {
    // The library starts its reader on the next tick and throws there, uncaught, when it is closed
    // already.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    await handle.close();
  });
  const skip = wire.reportId === 0 ? 0 : 1;
  handle.on('data', (report) => {
    if (!life.signal.aborted) {
      slot.deliver(report.subarray(skip), systemTime.nowNs());
    }
  });
  // There is no event for an unplugging: only the reader fails, for that one reason.
  handle.on('error', () => void life.end(fault('DEVICE_UNPLUGGED')));
  return {
    readable: slot.readable,
    writable: {
      write: async (bytes) => {
        if (bytes.length > wire.outputReportBytes) {
          return failed('DEVICE_CANNOT', { bytes: bytes.length, limit: wire.outputReportBytes });
        }
        const report = Buffer.alloc(1 + wire.outputReportBytes);
        report[0] = wire.reportId;
        report.set(bytes, 1);
        const written = await attempt(life, () => inTurn(() => handle.write(report)));
        return written.ok ? ok(undefined) : written;
      },
    },
    control: featurePipe(handle, life, inTurn),
    closed: life.closed,
    close: () => life.end(null),
  };
}

/** Feature reports: the library wants the id before the bytes, and gives it there too. */
function featurePipe(
  handle: HidHandle,
  life: Lifetime,
  inTurn: ReturnType<typeof createTurnstile>,
): ControlPipe {
  return {
    read: async (request, length) => {
      if (request.kind !== 'feature') {
        return failed('DEVICE_CANNOT', { request: request.kind });
      }
      const got = await attempt(life, () =>
        inTurn(() => handle.getFeatureReport(request.reportId, length + 1)),
      );
      return got.ok ? ok(got.value.slice(1)) : got;
    },
    write: async (request, bytes) => {
      if (request.kind !== 'feature') {
        return failed('DEVICE_CANNOT', { request: request.kind });
      }
      const report = Buffer.concat([Buffer.from([request.reportId]), bytes]);
      const sent = await attempt(life, () => inTurn(() => handle.sendFeatureReport(report)));
      return sent.ok ? ok(undefined) : sent;
    },
  };
}
