// Reads a pump for some seconds, as Chariot does (`ours`) or with node-serialport's plain listener and
// the same parser (`bare`), and tells its own CPU time and the delay of every frame.
//   node reader.ts ours|bare LINK STAMPS SECONDS
import { SerialPort } from 'serialport';
import { readDevice } from '../../../src/devices/cliSupport.ts';
import { createFrameParser, readCounts } from '../../../src/devices/openbci.cyton/protocol.ts';
import { readStamps } from '../../emulators/stamps.ts';
import { percentile } from '../rows.ts';

const WARM_UP_MS = 2000;
const [mode, link, stampsFile, seconds] = process.argv.slice(2);
if (link === undefined || stampsFile === undefined) {
  throw new Error('reader.ts ours|bare LINK STAMPS SECONDS');
}
/** Time at which each frame had been read, by its index since the start. */
const readAtMs: number[] = [];
const stop = new AbortController();

function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

async function readOurs(path: string): Promise<void> {
  await readDevice({
    adapterId: 'openbci.cyton',
    address: { kind: 'serial', path },
    signal: stop.signal,
    onBlock: (block) => {
      for (let sample = 0; sample < block.samplesPerChannel; sample++) {
        readAtMs[block.firstSample + sample] = Number(block.hostTimeNs) / 1e6;
      }
    },
    onEvent: () => undefined,
    onStatus: () => undefined,
  });
}

async function readBare(path: string): Promise<void> {
  const counts = new Int32Array(8);
  let frames = 0;
  const parser = createFrameParser(
    (data, at) => {
      readCounts(data, at, counts, 0, 1);
      readAtMs[frames++] = nowMs();
    },
    () => undefined,
  );
  const port = new SerialPort({ path, baudRate: 115_200 });
  port.on('data', (bytes: Buffer) => parser.push(bytes));
  await new Promise((resolve) => port.once('open', resolve));
  port.write('b');
  await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
  port.write('s');
  await new Promise((resolve) => port.drain(resolve));
  await new Promise((resolve) => port.close(resolve));
}

const reading = mode === 'ours' ? readOurs(link) : readBare(link);
await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
const cpuBefore = process.cpuUsage();
const framesBefore = readAtMs.length;
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
const cpu = process.cpuUsage(cpuBefore);
const frames = readAtMs.length - framesBefore;
stop.abort();
await reading;
await new Promise((resolve) => setTimeout(resolve, 300));

const stamps = readStamps(stampsFile);
const lastStart = Math.max(...stamps.map(({ startCount }) => startCount));
const sent = stamps.filter(({ startCount }) => startCount === lastStart);
const delays = sent
  .map(({ frameIndex, monotonicMs }) => (readAtMs[frameIndex] ?? Number.NaN) - monotonicMs)
  .filter((delay) => !Number.isNaN(delay));
process.stdout.write(
  `${JSON.stringify({
    event: 'done',
    cpuPercent: (cpu.user + cpu.system) / 1e4 / Number(seconds),
    frames,
    missing: sent.length - delays.length,
    delayMsP50: percentile(delays, 0.5),
    delayMsP99: percentile(delays, 0.99),
  })}\n`,
);
