// One deed of the store, from its beginning to its end: node test/crash/momentChild.ts FOLDER open|rotate
import { rotateKey } from '../../src/main/store/maintenance.ts';
import { must, optionsIn, tryStore } from './subjects/storeRig.ts';

const [folder = '', deed = 'open'] = process.argv.slice(2);
if (deed === 'rotate') must(await rotateKey(optionsIn(folder)));
// Not closed: what was told is told again until it is.
else must(await tryStore(folder));
process.exit(0);
