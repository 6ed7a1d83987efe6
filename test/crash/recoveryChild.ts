// Leaves so many open items behind, half of them held: node test/crash/recoveryChild.ts FOLDER ITEMS
import { createRandom } from '../emulators/random.ts';
import { identity } from './identity.ts';
import { DESTINATION, must, openHere, saveDestination } from './subjects/storeRig.ts';

const [folder = '', items = '0'] = process.argv.slice(2);
const random = createRandom(1);
const { store, queue } = await openHere(folder, `${process.pid}`, random);
await saveDestination(store);
must(
  await queue.enqueue(
    Array.from({ length: Number(items) }, () => ({
      objectId: identity(random),
      kind: 'dicomEcg' as const,
      actId: null,
      recipe: { capture: identity(random) },
      destinations: [DESTINATION],
    })),
  ),
);
const claimed = must(await queue.claim(DESTINATION, Number(items) / 2));
await Promise.all(claimed.slice(0, claimed.length / 2).map((one) => queue.inFlight(one)));
process.stdout.write('done\n');
setInterval(() => {}, 1000);
