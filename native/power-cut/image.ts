import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readJournal } from './journal.ts';
import { contentOf, type Keep, type Random, surviving, type Tally } from './sectors.ts';
import { type DiskNode, type FolderNode, growTree, keepNames, type NameChange } from './tree.ts';

export interface ImageOptions {
  /** Copy of the folder as it was when the process began; null: it was empty. */
  readonly base: string | null;
  readonly journal: string;
  /** Made here; must not exist. */
  readonly target: string;
  readonly random: Random;
}

/** The folder as it may be found after a power cut at the journal's end. */
export function buildImage({ base, journal, target, random }: ImageOptions): Tally {
  const tally: Tally = { sectorsKept: 0, sectorsLost: 0, namesKept: 0, namesLost: 0 };
  const { root } = growTree(readJournal(journal), (file) =>
    base === null ? new Uint8Array() : new Uint8Array(readFileSync(path.join(base, file))),
  );
  const fate = drawFate(random);
  keepSomeNames(root, fate, random, tally);
  mkdirSync(target, { recursive: true });
  writeFolder(root, target, { fate, random, tally });
  return tally;
}

function drawFate(random: Random): Keep {
  const draw = random();
  if (draw < 0.2) return { mode: 'nothing' };
  if (draw < 0.3) return { mode: 'all' };
  return { mode: 'some', share: random() };
}

function keepSomeNames(root: FolderNode, fate: Keep, random: Random, tally: Tally): void {
  const pending = [...new Set(pendingNames(root))].toSorted((a, b) => a.at - b.at);
  const kept = choice(pending.length, fate, random);
  for (const [nth, change] of pending.entries()) {
    const isKept = kept(nth);
    tally[isKept ? 'namesKept' : 'namesLost'] += 1;
    if (isKept) keepNames(change);
  }
}

/** Which of the changes of names stay: all before some moment, or each by itself. */
function choice(count: number, fate: Keep, random: Random): (nth: number) => boolean {
  if (fate.mode !== 'some') return () => fate.mode === 'all';
  const moment = Math.floor(random() * (count + 1));
  const { share } = fate;
  return random() < 0.5 ? (nth) => nth < moment : () => random() < share;
}

function pendingNames(folder: FolderNode, visited = new Set<FolderNode>()): NameChange[] {
  if (visited.has(folder)) return [];
  visited.add(folder);
  const below = [...folder.synced.values(), ...folder.seen.values()];
  return [
    ...folder.changes,
    ...below.flatMap((node) => (node.kind === 'folder' ? pendingNames(node, visited) : [])),
  ];
}

interface Drawing {
  readonly fate: Keep;
  readonly random: Random;
  readonly tally: Tally;
}

function writeFolder(folder: FolderNode, target: string, drawing: Drawing): void {
  for (const [name, node] of folder.synced) writeNode(node, path.join(target, name), drawing);
}

function writeNode(node: DiskNode, file: string, { fate, random, tally }: Drawing): void {
  if (node.kind === 'folder') {
    mkdirSync(file);
    writeFolder(node, file, { fate, random, tally });
    return;
  }
  // Some files of a cut are whole while others are torn: each draws how much of it stays.
  const keep: Keep = fate.mode === 'some' ? drawFate(random) : fate;
  writeFileSync(file, surviving(contentOf(node.synced), node.changes, keep, random, tally));
}
