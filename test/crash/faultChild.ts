// Works on a disk that refuses, and says what came of it.
//   node test/crash/faultChild.ts FOLDER CONTROL write|sync ERRNO MOST
import { type Failure, failDisk, healDisk, readCounts } from '../../native/power-cut/control.ts';
import type { FaultCode } from '../../src/contracts/faults.ts';
import { createRandom } from '../emulators/random.ts';
import { identity } from './identity.ts';
import { DESTINATION, must, openHere, saveDestination } from './subjects/storeRig.ts';

/** What a child says in the end. */
export interface FaultStory {
  readonly acknowledged: string[];
  readonly faults: FaultCode[];
  /** Refusals of the disk that happened. */
  readonly refusals: number;
  /** Attempts after the disk was well again that were refused all the same. */
  readonly refusedWhenWell: number;
}

/** Of four items each is synced once; more are those of folding the log. */
const SYNCS = 4;

const [folder = '', control = '', of = 'write', errno = '0', most = '0'] = process.argv.slice(2);
const random = createRandom(7);
const { store, queue } = await openHere(folder, 'faults', random);
await saveDestination(store);
const faults = new Set<FaultCode>();
const story = { acknowledged: [] as string[], refusedWhenWell: 0 };

async function enqueue(): Promise<boolean> {
  const objectId = identity(random);
  const destinations = [DESTINATION];
  const recipe = { body: 'x'.repeat(3000) };
  const object = { objectId, kind: 'report', actId: null, recipe, destinations } as const;
  const result = await queue.enqueue([object]);
  if (result.ok) story.acknowledged.push(objectId);
  else faults.add(result.fault.code);
  return result.ok;
}

for (let nth = 1; nth <= Number(most); nth++) {
  const failure: Failure = {
    of: of === 'sync' ? 'sync' : 'write',
    nth: of === 'sync' ? 1 + (nth % SYNCS) : nth,
    count: nth % 3 === 0 ? 1 : 1000,
    errno: Number(errno),
  };
  failDisk(control, failure);
  for (let items = 0; items < 4; items++) await enqueue();
  healDisk(control);
  if (!(await enqueue())) story.refusedWhenWell += 1;
}
must(await queue.recover());
await store.close();
const { failedWrites, failedSyncs } = readCounts(control);
const told: FaultStory = { ...story, faults: [...faults], refusals: failedWrites + failedSyncs };
process.stdout.write(JSON.stringify(told));
