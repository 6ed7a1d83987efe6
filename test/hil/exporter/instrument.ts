import type {
  EmulatedControl,
  EmulatorDefinition,
  EmulatorOptions,
} from '../../emulators/definition.ts';
import { type HostClock, realClock } from '../../emulators/host/clock.ts';
import { createDriver, type Wire } from '../../emulators/host/driver.ts';

/**
 * An emulated instrument behind a USB function. It lives on its own time: pulling the cable neither
 * stops nor resets it, as with a device that has a battery.
 */
export function createInstrument(
  definition: EmulatorDefinition,
  options: EmulatorOptions,
  clock: HostClock = realClock,
) {
  const device = definition.create(options);
  let cable: Wire | null = null;
  const driver = createDriver(
    device,
    {
      write: (bytes) => cable?.write(bytes) ?? false,
      disconnect: () => cable?.disconnect(),
    },
    clock,
  );
  driver.start();
  return {
    /** @returns pulls the cable out. */
    connect: (wire: Wire): (() => void) => {
      cable = wire;
      return () => {
        if (cable === wire) cable = null;
      };
    },
    receive: driver.receive,
    /** undefined: the instrument knows no such requests; null: stalled. */
    control: (request: EmulatedControl): Uint8Array | null | undefined => {
      const answer = device.control?.(request, clock.nowMs());
      // A request may make something due that was not.
      driver.start();
      return answer;
    },
    stop: driver.stop,
  };
}

export type Instrument = ReturnType<typeof createInstrument>;
