// A Cyton that sends FRAMES_PER_SECOND instead of 250, on a pty: the load of the ingest benchmark.
//   node pump.ts LINK STAMPS FRAMES_PER_SECOND
import { createCytonEmulator } from '../../emulators/cyton/emulator.ts';
import { createEcgModel, DEFAULT_ECG_MODEL } from '../../emulators/ecg/dynamicalModel.ts';
import { realClock } from '../../emulators/host/clock.ts';
import { createPtyHost } from '../../emulators/host/pty.ts';
import { createStampWriter } from '../../emulators/stamps.ts';

const [link, stampsFile, framesPerSecond] = process.argv.slice(2);
if (link === undefined || stampsFile === undefined) {
  throw new Error('pump.ts LINK STAMPS FRAMES_PER_SECOND');
}
const NOMINAL_HZ = 250;
const speed = Number(framesPerSecond) / NOMINAL_HZ;
const stamps = createStampWriter(stampsFile);
const flush = setInterval(stamps.flush, 100);
const host = createPtyHost({
  // The emulator's crystal may be as wrong as one likes: four times too fast is 1000 frames/s.
  device: createCytonEmulator({
    source: createEcgModel(DEFAULT_ECG_MODEL),
    clockPpm: (speed - 1) * 1e6,
  }),
  link,
  clock: realClock,
  onStamp: stamps.add,
});
const plugged = await host.plug();
process.stdout.write(`${JSON.stringify({ event: plugged.ok ? 'ready' : 'failed' })}\n`);
process.stdin.resume();
process.stdin.on('end', () => {
  void host.close().finally(() => {
    clearInterval(flush);
    stamps.close();
    process.exit(0);
  });
});
