// Makes and opens the store on a disk that refuses at each write in turn, and says what came of it.
//   node test/crash/openChild.ts FOLDER CONTROL ERRNO
import { failDisk, healDisk, readCounts } from '../../native/power-cut/control.ts';
import type { FaultCode } from '../../src/contracts/faults.ts';
import { createRandom } from '../emulators/random.ts';
import { identity } from './identity.ts';
import { DESTINATION, must, openHere, saveDestination, tryStore } from './subjects/storeRig.ts';

/** What a child says in the end. */
export interface OpenStory {
  readonly acknowledged: string[];
  readonly faults: FaultCode[];
}

/** More than the writes of any opening: the loop ends when one was not refused any more. */
const MOST = 300;

const [folder = '', control = '', errno = '0'] = process.argv.slice(2);
const random = createRandom(7);
const faults = new Set<FaultCode>();

/** Opens again and again, each time refused one write later, until nothing was refused. */
async function openThrough(): Promise<void> {
  for (let nth = 1; nth <= MOST; nth++) {
    const before = readCounts(control).failedWrites;
    failDisk(control, { of: 'write', nth, errno: Number(errno) });
    const opened = await tryStore(folder);
    const refused = readCounts(control).failedWrites > before;
    if (opened.ok) await opened.value.close();
    else faults.add(opened.fault.code);
    healDisk(control);
    if (opened.ok && !refused) return;
  }
  throw new Error('it is always refused');
}

await openThrough();
const { store, queue } = await openHere(folder, 'opening', random);
await saveDestination(store);
const acknowledged = Array.from({ length: 50 }, () => identity(random));
const destinations = [DESTINATION];
for (const objectId of acknowledged) {
  must(
    await queue.enqueue([{ objectId, kind: 'report', actId: null, recipe: null, destinations }]),
  );
}
await store.close();
await openThrough();
const story: OpenStory = { acknowledged, faults: [...faults] };
process.stdout.write(JSON.stringify(story));
