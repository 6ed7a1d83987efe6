// Devices that load the ports, all in one process.
//   node pump.ts steady FOLDER COUNT FRAMES_PER_SECOND   Cytons with a crystal that is far too fast
//   node pump.ts burst FOLDER COUNT BYTES_PER_SECOND     COUNT bursts of a second, a second apart
// `stats` on standard input: frames sent by each.
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createCytonEmulator } from '../../emulators/cyton/emulator.ts';
import { encodeFrame, FRAME_LENGTH } from '../../emulators/cyton/frame.ts';
import type { EcgSource } from '../../emulators/ecg/leads.ts';
import { type HostClock, realClock } from '../../emulators/host/clock.ts';
import type { EmulatedDevice } from '../../emulators/host/driver.ts';
import { createPtyHost } from '../../emulators/host/pty.ts';

const [mode, folder = '', countText = '1', rateText = '0'] = process.argv.slice(2);
const count = Number(countText);
const rate = Number(rateText);
const NOMINAL_HZ = 250;
const START = 0x62;
const BURST_MS = 1000;
const PIECE_MS = 10;

/** Frames of a few milliseconds leave together, as a USB bridge sends them. */
const coarse: HostClock = {
  ...realClock,
  schedule: (ms, action) => realClock.schedule(Math.max(ms, 5), action),
};

const FLAT: EcgSource = {
  description: 'a ramp',
  generated: true,
  at: (seconds, out) => out.fill((seconds * 100) % 1000),
};

function steady(): EmulatedDevice {
  return createCytonEmulator({ source: FLAT, clockPpm: (rate / NOMINAL_HZ - 1) * 1e6 });
}

/** Says who it is as a Cyton does; what follows the start was made before and only has to leave. */
function bursting(): EmulatedDevice {
  const cyton = createCytonEmulator({ source: FLAT });
  const perPiece = Math.round((rate * PIECE_MS) / 1000 / FRAME_LENGTH);
  const pieces = BURST_MS / PIECE_MS;
  const counts = new Int32Array(8);
  const bursts = Array.from({ length: count * pieces }, (_, piece) => {
    const bytes = new Uint8Array(perPiece * FRAME_LENGTH);
    for (let index = 0; index < perPiece; index++) {
      const number = piece * perPiece + index;
      counts.fill(number);
      bytes.set(encodeFrame(number & 0xff, counts, [0, 0, 0]), index * FRAME_LENGTH);
    }
    return bytes;
  });
  let startedMs: number | null = null;
  let sent = 0;
  const dueOf = (piece: number): number =>
    (startedMs ?? Infinity) + piece * PIECE_MS + Math.floor(piece / pieces) * BURST_MS;
  return {
    receive: (bytes, nowMs) => {
      if (bytes.includes(START)) {
        startedMs = nowMs;
        return [];
      }
      return cyton.receive(bytes, nowMs);
    },
    advance: (nowMs) => {
      const writes: Uint8Array[] = [];
      for (; sent < bursts.length && dueOf(sent) <= nowMs; sent++) {
        writes.push(bursts[sent] ?? new Uint8Array());
      }
      const frames = writes.length * perPiece;
      const done = cyton.advance(nowMs);
      return {
        writes: [...done.writes, ...writes],
        sent: Array.from({ length: frames }, (_, index) => ({ frameIndex: index, startCount: 1 })),
        disconnect: false,
      };
    },
    nextDueMs: () => Math.min(cyton.nextDueMs(), sent < bursts.length ? dueOf(sent) : Infinity),
  };
}

const hosts = Array.from({ length: mode === 'burst' ? 1 : count }, (_, index) =>
  createPtyHost({
    device: mode === 'burst' ? bursting() : steady(),
    link: path.join(folder, `port${index}`),
    clock: coarse,
  }),
);
for (const host of hosts) {
  const plugged = await host.plug();
  if (!plugged.ok) {
    throw new Error(plugged.fault.code);
  }
}
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
say({ event: 'ready' });
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  if (line === 'stats') {
    say({ event: 'stats', sent: hosts.map((host) => host.stats().framesSent) });
  }
});
lines.on('close', () => {
  void Promise.all(hosts.map((host) => host.close())).finally(() => process.exit(0));
});
