// Tells how long a device takes from the opening of its port to its first sample.
//   node firstSample.ts PTY
import { readDevice } from '../../src/devices/cliSupport.ts';

const stop = new AbortController();
const startedAt = performance.now();
await readDevice({
  adapterId: 'openbci.cyton',
  address: { kind: 'serial', path: process.argv[2] ?? '' },
  signal: stop.signal,
  onBlock: () => {
    if (!stop.signal.aborted) {
      process.stdout.write(
        `${JSON.stringify({ event: 'first', ms: performance.now() - startedAt })}\n`,
      );
      stop.abort();
    }
  },
  onEvent: () => undefined,
  onStatus: () => undefined,
});
