import { failed, ok, type Result } from '../../src/contracts/faults.ts';
import type { TraceDirection, Wire } from '../../src/devices/_sdk/adapter.ts';
import type { ControlPipe, ControlRequest, Transport } from '../../src/devices/_sdk/transport.ts';
import { createMemoryPair, type MemoryPair } from '../../src/devices/_transport/memory.ts';
import type { EmulatedControl, EmulatedInstrument, FaultPlan } from '../emulators/definition.ts';
import type { HostClock } from '../emulators/host/clock.ts';
import { createDriver } from '../emulators/host/driver.ts';
import { createRandom } from '../emulators/random.ts';
import type { Subject } from './subjects.ts';
import type { Tamper } from './tamper.ts';

/** One emulated device on a wire in memory, as the host's transports would reach it. */
export type Line = {
  /** As a system does: refused while it is open, or nothing is plugged in. */
  readonly open: (wire: Wire) => Result<Transport>;
  readonly unplug: () => void;
  /** @param reset the device lost its power meanwhile. */
  readonly plug: (reset: boolean) => void;
  /** Bytes that the device never said. */
  readonly inject: (bytes: Uint8Array) => void;
  /** From now on; null: a good wire. */
  readonly setTamper: (tamper: Tamper | null) => void;
  readonly stop: () => void;
  readonly openTransports: () => number;
  readonly opened: () => number;
  /** Of the device and of its wire. */
  readonly faultsInjected: () => number;
  readonly framesSent: () => number;
  /** What crossed the wire, as the host saw it. */
  readonly tape: readonly { readonly direction: TraceDirection; readonly bytes: Uint8Array }[];
};

export type LineOptions = {
  readonly clock: HostClock;
  readonly faults?: FaultPlan;
  readonly tamper?: Tamper;
  /** The device's own local time when it is made, as Date.UTC of its fields. */
  readonly deviceClockMs: number;
  readonly seed?: number;
};

const TYPES = { standard: 0, class: 1, vendor: 2 } as const;
const RECIPIENTS = { device: 0, interface: 1, endpoint: 2, other: 3 } as const;
const SHORTEST_MS = 0.25;
/** What a lent buffer holds once the call is over: whoever kept it would see this. */
const OVERWRITTEN = 0xa5;

export function createLine(subject: Subject, options: LineOptions): Line {
  const { clock } = options;
  const nowNs = (): bigint => BigInt(Math.round(clock.nowMs() * 1e6));
  const tape: { direction: TraceDirection; bytes: Uint8Array }[] = [];
  const scramble = createRandom(3);
  // A device that is due at once, again and again, must not stand a manual clock still.
  const unhurried: HostClock = {
    nowMs: clock.nowMs,
    schedule: (delayMs, job) => clock.schedule(Math.max(SHORTEST_MS, delayMs), job),
  };
  let tamper = options.tamper ?? null;
  let pair: MemoryPair | null = null;
  let garbled = false;
  let plugged = true;
  let opened = 0;
  let closed = 0;
  let openedAtMs: number | null = null;
  let spent = 0;
  let framesBefore = 0;
  let device = powerUp();
  let driver = drive(device);

  function powerUp(): EmulatedInstrument {
    const { faults = {}, deviceClockMs, seed = 1 } = options;
    return subject.create({ faults, clockMs: deviceClockMs, seed });
  }

  function drive(of: EmulatedInstrument): ReturnType<typeof createDriver> {
    const made = createDriver(of, { write: say, disconnect: cut }, unhurried);
    if (subject.address !== 'usb' || opened > closed) {
      made.start();
    }
    return made;
  }

  function cut(): void {
    pair?.device.unplug();
    pair = null;
  }

  function hear(bytes: Uint8Array, on: MemoryPair): void {
    if (bytes.length === 0 || pair !== on) {
      return;
    }
    tape.push({ direction: 'in', bytes: Uint8Array.from(bytes) });
    const lent = Uint8Array.from(bytes);
    on.device.send(lent);
    lent.fill(OVERWRITTEN);
  }

  function say(bytes: Uint8Array): boolean {
    const on = pair;
    if (on === null) {
      return false;
    }
    const clean = garbled ? bytes.map(() => Math.floor(scramble() * 256)) : bytes;
    const arriving = tamper?.pass(clean, clock.nowMs() - (openedAtMs ?? 0)) ?? [clean];
    const tears = tamper?.tears() ?? false;
    const arrive = (): void => {
      for (const chunk of arriving) {
        hear(chunk, on);
      }
      if (tears) {
        cut();
      }
    };
    const delayMs = tamper?.delayMs ?? 0;
    if (delayMs === 0) {
      arrive();
    } else {
      clock.schedule(delayMs, arrive);
    }
    return true;
  }

  function asked(request: EmulatedControl): Uint8Array | null {
    const answer = device.control?.(request, clock.nowMs()) ?? null;
    // What the device was asked may have given it something to say.
    driver.start();
    return answer;
  }

  function open(wire: Wire): Result<Transport> {
    if (!plugged) {
      return failed('DEVICE_NOT_FOUND');
    }
    if (opened > closed) {
      return failed('DEVICE_BUSY');
    }
    const made = createMemoryPair(nowNs, controlOf(asked));
    opened += 1;
    openedAtMs ??= clock.nowMs();
    garbled = !subject.understands(wire);
    pair = made;
    made.device.onBytes((bytes) => {
      tape.push({ direction: 'out', bytes: Uint8Array.from(bytes) });
      driver.receive(garbled ? bytes.map(() => Math.floor(scramble() * 256)) : bytes);
    });
    let isOpen = true;
    const transport: Transport = {
      ...made.transport,
      close: async () => {
        closed += isOpen ? 1 : 0;
        isOpen = false;
        pair = pair === made ? null : pair;
        await made.transport.close();
      },
    };
    if (subject.address === 'usb') {
      // A bulk transfer waits in the device until somebody asks for it.
      driver.start();
    }
    if (subject.greeting !== undefined) {
      hear(subject.greeting, made);
    }
    return ok(transport);
  }

  return {
    open,
    unplug: () => {
      plugged = false;
      cut();
    },
    plug: (reset) => {
      plugged = true;
      if (reset) {
        driver.stop();
        spent += device.faultsInjected();
        framesBefore += driver.stats().framesSent;
        device = powerUp();
        driver = drive(device);
      }
    },
    inject: (bytes) => {
      if (pair !== null) {
        hear(bytes, pair);
      }
    },
    setTamper: (next) => {
      spent += tamper?.injected() ?? 0;
      tamper = next;
    },
    stop: () => driver.stop(),
    openTransports: () => opened - closed,
    opened: () => opened,
    faultsInjected: () => spent + device.faultsInjected() + (tamper?.injected() ?? 0),
    framesSent: () => framesBefore + driver.stats().framesSent,
    tape,
  };
}

/** A device's control pipe as node-hid and libusb show it. */
function controlOf(ask: (request: EmulatedControl) => Uint8Array | null): ControlPipe {
  return {
    read: async (request, length) => {
      const answer = ask(request.kind === 'feature' ? FEATURE : usbRequest(request, true, length));
      return answer === null ? failed('DEVICE_TRANSPORT_FAILED') : ok(answer.slice(0, length));
    },
    write: async (request, bytes) => {
      const answer = ask(
        request.kind === 'feature'
          ? { kind: 'setFeature', bytes }
          : usbRequest(request, false, bytes.length),
      );
      return answer === null ? failed('DEVICE_TRANSPORT_FAILED') : ok(undefined);
    },
  };
}

const FEATURE = { kind: 'getFeature' } as const;

function usbRequest(
  request: Extract<ControlRequest, { kind: 'usb' }>,
  toHost: boolean,
  length: number,
) {
  const { value, index } = request;
  const type = (TYPES[request.requestType] << 5) | RECIPIENTS[request.recipient];
  const requestType = (toHost ? 0x80 : 0) | type;
  return { kind: 'usb' as const, requestType, request: request.request, value, index, length };
}
