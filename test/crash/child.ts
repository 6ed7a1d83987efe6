// The process that is killed: works at random on a subject until then.
//   node test/crash/child.ts SUBJECT FOLDER SEED
import { setImmediate as turn } from 'node:timers/promises';
import { createRandom } from '../emulators/random.ts';
import { tellParent } from './reports.ts';
import { findSubject } from './subjects/all.ts';

/** Deeds under way at the same time: they meet in one group, and break into each other. */
const AT_ONCE = 6;

const [name = '', folder = '', seed = '0'] = process.argv.slice(2);
const random = createRandom(Number(seed));

try {
  tellParent({ is: 'starting' });
  const session = await findSubject(name).open({ folder, tell: tellParent, random });
  tellParent({ is: 'ready' });
  const worker = async (): Promise<void> => {
    for (;;) {
      await session.deeds[Math.floor(random() * session.deeds.length)]?.();
      await turn();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
} catch (error) {
  tellParent({ is: 'trouble', what: error instanceof Error ? (error.stack ?? '') : String(error) });
  process.exitCode = 1;
}
