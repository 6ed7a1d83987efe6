/** One entry for so many blocks: hours of recording fit a few hundred kilobytes. */
const ENTRY_EVERY_BLOCKS = 64;

export type BlockName = {
  readonly streamId: number;
  readonly epoch: number;
  readonly seq: number;
};

/** Where blocks are in a recording; sparse: reading starts at an entry and goes on from there. */
export type BlockIndex = {
  add(name: BlockName, offset: number): void;
  /** @returns an offset at or before the block, null when the file has nothing of its epoch. */
  find(name: BlockName): number | null;
};

type Entry = { readonly seq: number; readonly offset: number };

export function createBlockIndex(): BlockIndex {
  const epochs = new Map<string, Entry[]>();
  return {
    add: ({ streamId, epoch, seq }, offset) => {
      const key = `${streamId}/${epoch}`;
      const entries = epochs.get(key) ?? [];
      epochs.set(key, entries);
      const last = entries[entries.length - 1];
      if (last === undefined || seq >= last.seq + ENTRY_EVERY_BLOCKS) {
        entries.push({ seq, offset });
      }
    },
    find: ({ streamId, epoch, seq }) => {
      const entries = epochs.get(`${streamId}/${epoch}`) ?? [];
      const before = entries.findLast((entry) => entry.seq <= seq);
      return (before ?? entries[0])?.offset ?? null;
    },
  };
}
