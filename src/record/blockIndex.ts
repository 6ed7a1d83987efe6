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
  /** @returns offset of the first block of a later epoch of that stream, null when there is none. */
  findLaterEpoch(name: Omit<BlockName, 'seq'>): number | null;
};

type Entry = { readonly seq: number; readonly offset: number };

export function createBlockIndex(): BlockIndex {
  const streams = new Map<number, Map<number, Entry[]>>();
  return {
    add: ({ streamId, epoch, seq }, offset) => {
      const epochs = streams.get(streamId) ?? new Map<number, Entry[]>();
      streams.set(streamId, epochs);
      const entries = epochs.get(epoch) ?? [];
      epochs.set(epoch, entries);
      const last = entries[entries.length - 1];
      if (last === undefined || seq >= last.seq + ENTRY_EVERY_BLOCKS) {
        entries.push({ seq, offset });
      }
    },
    find: ({ streamId, epoch, seq }) => {
      const entries = streams.get(streamId)?.get(epoch) ?? [];
      const before = entries.findLast((entry) => entry.seq <= seq);
      return (before ?? entries[0])?.offset ?? null;
    },
    findLaterEpoch: ({ streamId, epoch }) => {
      const later = [...(streams.get(streamId) ?? [])].filter(([other]) => other > epoch);
      const offsets = later.map(([, entries]) => entries[0]?.offset ?? Number.POSITIVE_INFINITY);
      return offsets.length === 0 ? null : Math.min(...offsets);
    },
  };
}
