// Reads Cytons on several ports for some seconds as the device host does, and counts.
//   node reader.ts SECONDS PORT...
import { readDevice } from '../../../src/devices/cliSupport.ts';

const [seconds = '10', ...ports] = process.argv.slice(2);
const stop = new AbortController();

async function count(port: string) {
  let samples = 0;
  const status = await readDevice({
    adapterId: 'openbci.cyton',
    address: { kind: 'serial', path: port },
    signal: stop.signal,
    onBlock: (block) => {
      samples += block.samplesPerChannel;
    },
    onStatus: () => undefined,
  });
  if (!status.ok) {
    throw new Error(status.fault.code);
  }
  const { lost, badFrames, reconnects } = status.value.counts;
  return { samples, lost, badFrames, reconnects };
}

const reading = ports.map(count);
const before = process.cpuUsage();
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
const cpu = process.cpuUsage(before);
stop.abort();
const counts = await Promise.all(reading);
const cpuPercent = (cpu.user + cpu.system) / 1e4 / Number(seconds);
process.stdout.write(`${JSON.stringify({ event: 'done', counts, cpuPercent })}\n`);
