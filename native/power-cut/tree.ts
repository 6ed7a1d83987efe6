import path from 'node:path';
import type { DiskEvent } from './journal.ts';
import { applyChange, type FileBytes, type FileChange, fileOf } from './sectors.ts';

export interface FileNode {
  readonly kind: 'file';
  readonly synced: FileBytes;
  changes: FileChange[];
}

export interface FolderNode {
  readonly kind: 'folder';
  /** Names that are sure to be there. */
  readonly synced: Map<string, DiskNode>;
  /** Names as the process saw them. */
  readonly seen: Map<string, DiskNode>;
  changes: NameChange[];
}

export type DiskNode = FileNode | FolderNode;

/** One change of names: it happens wholly or not, also where it takes one name and gives another. */
export interface NameChange {
  readonly at: number;
  readonly gives: { readonly folder: FolderNode; readonly name: string; node: DiskNode } | null;
  readonly takes: { readonly folder: FolderNode; readonly name: string } | null;
}

export interface Tree {
  readonly root: FolderNode;
}

export function emptyFolder(): FolderNode {
  return { kind: 'folder', synced: new Map(), seen: new Map(), changes: [] };
}

/** Makes a change of names true in the names that are sure. */
export function keepNames({ gives, takes }: NameChange): void {
  takes?.folder.synced.delete(takes.name);
  gives?.folder.synced.set(gives.name, gives.node);
}

/** The files of a journal: what is sure of each, and what is not. `readBase`: files that were there. */
export function growTree(
  events: readonly DiskEvent[],
  readBase: (file: string) => Uint8Array,
): Tree {
  const root = emptyFolder();
  const nodes = new Map<bigint, DiskNode>();
  for (const event of events) grow(event, root, nodes, readBase);
  return { root };
}

function grow(
  event: DiskEvent,
  root: FolderNode,
  nodes: Map<bigint, DiskNode>,
  readBase: (file: string) => Uint8Array,
): void {
  const node = nodes.get(event.inode);
  switch (event.kind) {
    case 'entry':
      if (node === undefined) nodes.set(event.inode, enter(root, event, readBase));
      return;
    case 'create': {
      const created: DiskNode = event.folder
        ? emptyFolder()
        : { kind: 'file', synced: fileOf(new Uint8Array()), changes: [] };
      nodes.set(event.inode, created);
      rename(event.at, { gives: { ...place(root, event.path), node: created }, takes: null });
      return;
    }
    case 'write':
    case 'truncate':
    case 'extend':
      if (node?.kind === 'file') node.changes.push(event);
      return;
    case 'sync':
      if (node !== undefined) sync(node, event.began);
      return;
    case 'link':
      if (node === undefined) return;
      rename(event.at, { gives: { ...place(root, event.path), node }, takes: null });
      return;
    case 'unlink':
      rename(event.at, { gives: null, takes: place(root, event.path) });
      return;
    case 'rename':
      if (node === undefined) return;
      rename(event.at, {
        gives: { ...place(root, event.to), node },
        takes: place(root, event.from),
      });
  }
}

function enter(
  root: FolderNode,
  event: { readonly path: string; readonly folder: boolean },
  readBase: (file: string) => Uint8Array,
): DiskNode {
  if (event.path === '') return root;
  const { folder, name } = place(root, event.path);
  const node: DiskNode = event.folder
    ? emptyFolder()
    : { kind: 'file', synced: fileOf(readBase(event.path)), changes: [] };
  folder.synced.set(name, node);
  folder.seen.set(name, node);
  return node;
}

function place(root: FolderNode, file: string): { folder: FolderNode; name: string } {
  let folder = root;
  for (const part of path.dirname(file).split('/')) {
    if (part === '.') continue;
    const next = folder.seen.get(part);
    if (next?.kind !== 'folder') throw new Error(`the journal names ${file} in no folder`);
    folder = next;
  }
  return { folder, name: path.basename(file) };
}

function rename(at: number, change: Omit<NameChange, 'at'>): void {
  const { gives, takes } = change;
  takes?.folder.seen.delete(takes.name);
  gives?.folder.seen.set(gives.name, gives.node);
  const pending: NameChange = { at, ...change };
  for (const folder of new Set([gives?.folder, takes?.folder])) folder?.changes.push(pending);
}

function sync(node: DiskNode, began: number): void {
  if (node.kind === 'file') {
    const sure = node.changes.filter(({ at }) => at < began);
    for (const change of sure) applyChange(node.synced, change);
    node.changes = node.changes.slice(sure.length);
    return;
  }
  const sure = node.changes.filter(({ at }) => at < began);
  for (const change of sure) {
    keepNames(change);
    for (const folder of [change.gives?.folder, change.takes?.folder]) {
      if (folder !== undefined) {
        folder.changes = folder.changes.filter((other) => other !== change);
      }
    }
  }
}
