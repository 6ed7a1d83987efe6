import { createTicker } from '../../emulators/common/ticker.ts';
import type { EmulatedInstrument, FaultPlan, FaultTable } from '../../emulators/definition.ts';
import { createRandom } from '../../emulators/random.ts';
import type { LocalDevice } from '../subjects.ts';

/*
 * Buttons as a kernel gives them: `struct input_event` of a 64-bit kernel (linux/input.h), HID input
 * reports, and status packets of a UVC camera (Device Class Definition for Video Devices 1.1, 2.4.2.2).
 * One press a second, 300 ms long.
 */
const PERIOD_MS = 500;
const EV_SYN = 0;
const EV_KEY = 1;
const KEY_B = 48;
const KEY_CAMERA = 212;
const EVENT_BYTES = 24;

const FAULTS = {
  'torn-packet': { value: 4, meaning: 'one packet in VALUE loses its last three bytes' },
  'no-packet': { value: 4, meaning: 'one packet in VALUE never comes' },
  foreign: { value: 3, meaning: 'before one packet in VALUE comes one that is no button at all' },
} as const satisfies FaultTable;

type Pair = { readonly packet: (pressed: boolean) => Uint8Array; readonly foreign: Uint8Array };

function inputEvent(type: number, code: number, value: number): Uint8Array {
  const bytes = new Uint8Array(EVENT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(16, type, true);
  view.setUint16(18, code, true);
  view.setInt32(20, value, true);
  return bytes;
}

const keys = (code: number, inverted = false): Pair => ({
  packet: (pressed) =>
    Buffer.concat([
      inputEvent(EV_KEY, code, pressed === inverted ? 0 : 1),
      inputEvent(EV_SYN, 0, 0),
    ]),
  // A switch (EV_SW) of the same input device.
  foreign: Buffer.concat([inputEvent(5, 0, 1), inputEvent(EV_SYN, 0, 0)]),
});
const status: Pair = {
  packet: (pressed) => Uint8Array.of(2, 1, 0, pressed ? 1 : 0),
  // VideoControl: a control changed by itself.
  foreign: Uint8Array.of(1, 2, 0, 4, 0, 0),
};
/** Report 1, one bit of it. An empty report is what an idle device repeats. */
const hid: Pair = {
  packet: (pressed) => Uint8Array.of(pressed ? 1 : 0, 0),
  foreign: Uint8Array.of(0, 0),
};

function createButton({ packet, foreign }: Pair, faults: FaultPlan): EmulatedInstrument {
  const ticker = createTicker(PERIOD_MS);
  const random = createRandom(1);
  let injected = 0;
  const hits = (name: string): boolean => {
    const every = faults[name];
    const hit = every !== undefined && random() * every < 1;
    injected += hit ? 1 : 0;
    return hit;
  };
  return {
    receive: () => [],
    advance: (nowMs) => {
      ticker.start(nowMs);
      const writes: Uint8Array[] = [];
      ticker.takeDue(nowMs, ({ index }) => {
        const whole = packet(index % 2 === 0);
        if (hits('foreign')) writes.push(foreign);
        if (hits('no-packet')) return;
        writes.push(hits('torn-packet') ? whole.subarray(0, whole.length - 3) : whole);
      });
      const sent = writes.map((_, frameIndex) => ({ frameIndex, startCount: 1 }));
      return { writes, sent, disconnect: false };
    },
    nextDueMs: () => (ticker.isRunning() ? ticker.nextMs() : 0),
    faultsInjected: () => injected,
  };
}

function button(
  adapterId: string,
  address: LocalDevice['address'],
  wire: string,
  pair: Pair,
): LocalDevice {
  return {
    adapterId,
    name: `${adapterId} ${wire}`,
    address,
    serialNumber: null,
    firstWire: wire,
    understands: (opened) => opened.name === wire,
    faults: FAULTS,
    create: ({ faults = {} }) => createButton(pair, faults),
  };
}

export const BUTTONS: readonly LocalDevice[] = [
  button('generic.pedal', 'input', 'keys', keys(KEY_B)),
  button('generic.pedal', 'hid', 'hid', hid),
  button('uvc.camera', 'input', 'key', keys(KEY_CAMERA)),
  button('uvc.camera', 'input', 'keyInverted', keys(KEY_CAMERA, true)),
  button('uvc.camera', 'usb', 'status', status),
  button('uvc.camera', 'hid', 'hid', hid),
];
