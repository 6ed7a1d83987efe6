import type { FuzzTarget } from '../../src/devices/_sdk/fuzzTarget.ts';
import { importFile } from '../../src/devices/file.import/importFile.ts';
import { SEEDS } from '../captures/file.import/seeds.ts';

/**
 * The readers of files, one target a format. A file is believed whole or not at all, so that each
 * input stands alone; its checksums are made right again, so that a change reaches what is behind.
 */
export function importTargets(): FuzzTarget[] {
  return Object.entries(SEEDS).map(([format, [seed, reseal]]) => ({
    name: `file.import/${format.toLowerCase().replaceAll(' ', '-')}`,
    seeds: () => [seed],
    create: () => {
      let accepted = 0;
      return {
        push: (bytes) => {
          accepted += importFile(reseal(bytes), 'file').ok ? 1 : 0;
        },
        accepted: () => accepted,
      };
    },
    frameBytes: 64,
    checkBits: 32,
    packets: true,
  }));
}
