import { createTicker } from '../../emulators/common/ticker.ts';
import type { EmulatedInstrument, FaultPlan, FaultTable } from '../../emulators/definition.ts';
import { createRandom, gaussianAt } from '../../emulators/random.ts';
import type { LocalDevice } from '../subjects.ts';

/*
 * The window's packets, written from the layout in src/contracts/windowFeed.ts without its encoder:
 * a hello, then 20 ms of sound at a time. The lowest rate that the
 * contract takes keeps the suite quick.
 */
const RATE_HZ = 4_000;
const PACKET_MS = 20;
const SAMPLES = (RATE_HZ * PACKET_MS) / 1000;
const HEADER_BYTES = 8;
const AMPLITUDE = 200_000;
const SECOND_SOUND = 0.32;

const FAULTS = {
  'torn-packet': { value: 20, meaning: 'one packet in VALUE ends in the middle of a sample' },
  'drop-frame': { value: 20, meaning: 'one packet in VALUE never comes; its samples are counted' },
  'unknown-kind': {
    value: 20,
    meaning: 'before one packet in VALUE comes one of a kind unheard of',
  },
  'hello-again': { value: 20, meaning: 'before one packet in VALUE the window says hello again' },
  'wrong-counter': {
    value: 50,
    meaning: 'one packet in VALUE says a number two thousand million ahead',
  },
  muted: { value: 3, meaning: 'after VALUE s every sample is 0' },
} as const satisfies FaultTable;

function hello(): Uint8Array {
  const json = JSON.stringify({ label: 'Thinklabs One (0d8c:0014)', rateHz: RATE_HZ });
  return Buffer.concat([Uint8Array.of(1), Buffer.from(json)]);
}

/** Two heart sounds a beat, and the noise of a microphone. */
function soundAt(index: number): number {
  const beat = (index / RATE_HZ) * 1.2;
  const phase = beat - Math.floor(beat);
  const burst = (at: number): number => Math.exp(-((phase - at) ** 2) / 0.0008);
  const tone = Math.sin((2 * Math.PI * 60 * index) / RATE_HZ);
  return (
    Math.round(AMPLITUDE * tone * (burst(0.1) + burst(SECOND_SOUND))) +
    Math.round(40 * gaussianAt(3, 1, index))
  );
}

function sound(packet: number, first: number, muted: boolean): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + SAMPLES * 4);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 2);
  view.setUint32(4, first >>> 0, true);
  for (let at = 0; at < SAMPLES; at++) {
    view.setInt32(HEADER_BYTES + at * 4, muted ? 0 : soundAt(packet * SAMPLES + at), true);
  }
  return bytes;
}

function createWindow(faults: FaultPlan): EmulatedInstrument {
  const ticker = createTicker(PACKET_MS);
  const random = createRandom(1);
  let injected = 0;
  const hits = (name: string): boolean => {
    const every = faults[name];
    const hit = every !== undefined && random() * every < 1;
    injected += hit ? 1 : 0;
    return hit;
  };
  const packetsOf = (index: number): Uint8Array[] => {
    const muted = (index * PACKET_MS) / 1000 >= (faults['muted'] ?? Infinity);
    injected += muted ? 1 : 0;
    const first = index * SAMPLES + (hits('wrong-counter') ? 2e9 : 0);
    const whole = sound(index, first, muted);
    const before = [
      ...(hits('unknown-kind') ? [Uint8Array.of(9, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8)] : []),
      ...(hits('hello-again') ? [hello()] : []),
    ];
    if (hits('drop-frame')) return before;
    return [...before, hits('torn-packet') ? whole.subarray(0, whole.length - 2) : whole];
  };
  return {
    receive: () => [],
    advance: (nowMs) => {
      const writes: Uint8Array[] = [];
      ticker.start(nowMs);
      ticker.takeDue(nowMs, ({ index }) => writes.push(...packetsOf(index)));
      const sent = writes.map((_, frameIndex) => ({ frameIndex, startCount: 1 }));
      return { writes, sent, disconnect: false };
    },
    nextDueMs: () => (ticker.isRunning() ? ticker.nextMs() : 0),
    faultsInjected: () => injected,
  };
}

export const STETHOSCOPE: LocalDevice = {
  adapterId: 'usb.stethoscope',
  name: 'usb.stethoscope',
  address: 'window',
  serialNumber: null,
  understands: () => true,
  // The host keeps a window's hello for whoever opens the feed.
  greeting: hello(),
  faults: FAULTS,
  create: ({ faults = {} }) => createWindow(faults),
};
