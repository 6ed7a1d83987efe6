/** Smallest piece that a disk writes wholly or not at all. */
const SECTOR = 512;

/** 0 <= value < 1. */
export type Random = () => number;

/** How much of what was not synced an image keeps. */
export type Keep =
  | { readonly mode: 'nothing' }
  | { readonly mode: 'all' }
  | { readonly mode: 'some'; readonly share: number };

export type FileChange = { readonly at: number } & (
  | { readonly kind: 'write'; readonly offset: number; readonly data: Uint8Array }
  | { readonly kind: 'truncate' | 'extend'; readonly size: number }
);

/** What an image lost and kept of the unsynced sectors. */
export interface Tally {
  sectorsKept: number;
  sectorsLost: number;
  namesKept: number;
  namesLost: number;
}

/** A file that changes in place. */
export interface FileBytes {
  /** More than the file's own bytes; zeros after them. */
  held: Uint8Array;
  size: number;
}

export function fileOf(bytes: Uint8Array): FileBytes {
  return { held: bytes.slice(), size: bytes.length };
}

/** A view: it changes with the file. */
export function contentOf({ held, size }: FileBytes): Uint8Array {
  return held.subarray(0, size);
}

export function applyChange(file: FileBytes, change: FileChange): void {
  const size = sizeAfter(file.size, change);
  if (size > file.held.length) file.held = resized(file.held, 2 * size);
  if (size < file.size) file.held.fill(0, size, file.size);
  if (change.kind === 'write') file.held.set(change.data, change.offset);
  file.size = size;
}

function sizeAfter(before: number, change: FileChange): number {
  if (change.kind === 'truncate') return change.size;
  const end = change.kind === 'write' ? change.offset + change.data.length : change.size;
  return Math.max(before, end);
}

function resized(bytes: Uint8Array, size: number): Uint8Array {
  const answer = new Uint8Array(size);
  answer.set(bytes.subarray(0, size));
  return answer;
}

/** One state of the file that the disk may hold when `changes` were never synced. */
export function surviving(
  synced: Uint8Array,
  changes: readonly FileChange[],
  keep: Keep,
  random: Random,
  tally: Tally,
): Uint8Array {
  if (changes.length === 0) return synced;
  const history = sectorHistory(synced, changes);
  const sizes = [synced.length, ...history.sizes];
  const size = sizes[chosen(sizes.length, keep, random)] ?? synced.length;
  const image = resized(synced, size);
  for (const [sector, states] of history.sectors) {
    const start = sector * SECTOR;
    const state = chosen(states.length + 1, keep, random);
    tally[state === states.length ? 'sectorsKept' : 'sectorsLost'] += 1;
    if (start >= size) continue;
    const bytes = state === 0 ? untouched(synced, start, keep, random) : states[state - 1];
    if (bytes !== undefined) image.set(bytes.subarray(0, size - start), start);
  }
  return image;
}

/** What a sector held before all of it; noise may stand where the file had not been yet. */
function untouched(synced: Uint8Array, start: number, keep: Keep, random: Random) {
  const bytes = new Uint8Array(SECTOR);
  bytes.set(synced.subarray(start, start + SECTOR));
  const isNew = start >= synced.length && keep.mode === 'some';
  return isNew && random() < 0.25 ? bytes.map(() => Math.floor(random() * 256)) : bytes;
}

/** Place among `states` in their order: 0 is the synced one, the last the newest. */
function chosen(states: number, keep: Keep, random: Random): number {
  if (keep.mode === 'nothing') return 0;
  if (keep.mode === 'all' || random() < keep.share) return states - 1;
  return Math.floor(random() * (states - 1));
}

function sectorHistory(synced: Uint8Array, changes: readonly FileChange[]) {
  const sectors = new Map<number, Uint8Array[]>();
  const sizes: number[] = [];
  const file = fileOf(synced);
  for (const change of changes) {
    const [from, to] = touched(file.size, change);
    applyChange(file, change);
    const bytes = contentOf(file);
    sizes.push(bytes.length);
    for (let sector = Math.floor(from / SECTOR); sector * SECTOR < to; sector++) {
      const state = new Uint8Array(SECTOR);
      state.set(bytes.subarray(sector * SECTOR, (sector + 1) * SECTOR));
      const states = sectors.get(sector);
      if (states === undefined) sectors.set(sector, [state]);
      else states.push(state);
    }
  }
  return { sectors, sizes };
}

function touched(before: number, change: FileChange): readonly [number, number] {
  if (change.kind === 'write') return [change.offset, change.offset + change.data.length];
  return change.kind === 'extend' ? [before, before] : [Math.min(change.size, before), before];
}
