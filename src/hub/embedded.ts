// Entry of the hub that main runs inside the application, in a utilityProcess or a forked child.
import { randomBytes } from 'node:crypto';
import { SYSTEM_CLOCK } from './clock.ts';
import { startHub } from './hub.ts';
import { jsonLinesLog } from './log.ts';
import { findParentPort } from './parent/parentPort.ts';
import { serveParent } from './parent/serveParent.ts';

/** Time for the last message to leave before the process ends, ms. */
const FAREWELL = 50;

const log = jsonLinesLog((line) => process.stderr.write(line), SYSTEM_CLOCK.wall);
const parent = findParentPort();

if (parent === null) {
  log('parent.missing');
  process.exitCode = 2;
} else {
  const end = serveParent(parent, {
    start: (settings) => startHub(settings, { log, clock: SYSTEM_CLOCK, randomBytes }),
    exit: (code) => setTimeout(() => process.exit(code), FAREWELL),
    log,
  });
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}
