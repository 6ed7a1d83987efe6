import type {
  EmulatedControl,
  EmulatedInstrument,
  EmulatedWire,
  EmulatorDefinition,
} from '../../emulators/definition.ts';

/**
 * An instrument for tests of the exporter itself: it says every byte back, turned over, and keeps
 * one feature report. Its numbers are those of pid.codes for private testing.
 */
export function echoDefinition(wire: EmulatedWire): EmulatorDefinition {
  return {
    name: 'echo',
    adapterId: 'none',
    summary: 'says every byte back, turned over',
    variants: [],
    wire: () => wire,
    usb: () => ({
      vendorId: 0x1209,
      productId: 0x0001,
      manufacturer: 'Emulated',
      product: 'Echo',
      serialNumber: 'ECHO-1',
    }),
    faults: {},
    create: () => createEcho(),
  };
}

function createEcho(): EmulatedInstrument {
  let feature: Uint8Array = new Uint8Array(0);
  const control = (request: EmulatedControl): Uint8Array | null => {
    if (request.kind === 'usb') return null;
    if (request.kind === 'setFeature') feature = Uint8Array.from(request.bytes);
    return feature;
  };
  return {
    receive: (bytes) => [bytes.map((byte) => byte ^ 0xff)],
    advance: () => ({ writes: [], sent: [], disconnect: false }),
    nextDueMs: () => Infinity,
    faultsInjected: () => 0,
    control,
  };
}
