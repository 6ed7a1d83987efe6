import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { hashFile, isRecord, listFiles, readJson } from '../../native/kit/files.ts';

/** One file of a cache entry as it was when the entry was made. */
interface KeptFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly sha256: string;
}

interface Manifest {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly files: readonly KeptFile[];
}

/** A complete, verified folder of the cache. `meta` is what its maker noted down. */
export interface Entry {
  readonly dir: string;
  readonly meta: Readonly<Record<string, unknown>>;
}

/** Fills an empty folder and answers the notes to keep with it. */
export type Fill = (dir: string) => Promise<Record<string, unknown>>;

const MANIFEST = 'manifest.json';
const DAY = 86_400_000;
/** An entry that no set-up has asked for in this time belongs to no checkout any more. */
const FORGOTTEN = 60 * DAY;

/**
 * The entry, if it is complete and unharmed. A file of another size is harm; a file of another
 * modification time (a restored backup, a copied cache) is read and hashed again.
 */
export async function lookup(cache: string, name: string): Promise<Entry | null> {
  const dir = path.join(cache, name);
  const manifest = readManifest(dir);
  if (manifest === null) return null;
  const files: KeptFile[] = [];
  for (const file of manifest.files) {
    const now = await recheck(dir, file);
    if (now === null) return null;
    files.push(now);
  }
  if (files.some((file, at) => file !== manifest.files[at])) {
    writeManifest(dir, { ...manifest, files });
  }
  markUsed(dir);
  return { dir, meta: manifest.meta };
}

/** Makes an entry under a temporary name and moves it into place only when it is whole. */
export async function create(cache: string, name: string, fill: Fill): Promise<Entry> {
  const dir = path.join(cache, name);
  const making = path.join(cache, `making-${name}-${randomBytes(4).toString('hex')}`);
  mkdirSync(making, { recursive: true });
  try {
    const meta = await fill(making);
    const files: KeptFile[] = [];
    for (const file of listFiles(making)) files.push(await describeFile(making, file));
    writeManifest(making, { meta, files });
    rmSync(dir, { recursive: true, force: true });
    renameSync(making, dir);
    return { dir, meta };
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/**
 * Removes what an interrupted set-up left and what no checkout has used for two months. Only for
 * the holder of the cache's lock.
 */
export function sweep(cache: string, now = Date.now()): void {
  for (const name of readdirSync(cache)) {
    const dir = path.join(cache, name);
    const used = statSync(path.join(dir, MANIFEST), { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (name.startsWith('making-') || now - used > FORGOTTEN) {
      rmSync(dir, { recursive: true, force: true });
    }
  }
}

/** The manifest's own time says when the entry was last wanted, to the day. */
function markUsed(dir: string): void {
  const file = path.join(dir, MANIFEST);
  const now = new Date();
  if (now.getTime() - statSync(file).mtimeMs > DAY) utimesSync(file, now, now);
}

async function recheck(dir: string, file: KeptFile): Promise<KeptFile | null> {
  const stat = statSync(path.join(dir, file.path), { throwIfNoEntry: false });
  if (stat === undefined || stat.size !== file.size) return null;
  if (stat.mtimeMs === file.mtimeMs) return file;
  const now = await describeFile(dir, file.path);
  return now.sha256 === file.sha256 ? now : null;
}

async function describeFile(dir: string, file: string): Promise<KeptFile> {
  const full = path.join(dir, file);
  const { size, mtimeMs } = statSync(full);
  return { path: file, size, mtimeMs, sha256: await hashFile(full, 'sha256', 'hex') };
}

function readManifest(dir: string): Manifest | null {
  const value = readJson(path.join(dir, MANIFEST));
  if (!isRecord(value) || !isRecord(value['meta']) || !Array.isArray(value['files'])) return null;
  const files = value['files'].filter(isKeptFile);
  return files.length === value['files'].length ? { meta: value['meta'], files } : null;
}

function writeManifest(dir: string, manifest: Manifest): void {
  const file = path.join(dir, MANIFEST);
  writeFileSync(`${file}.new`, JSON.stringify(manifest));
  renameSync(`${file}.new`, file);
}

function isKeptFile(value: unknown): value is KeptFile {
  return (
    isRecord(value) &&
    typeof value['path'] === 'string' &&
    typeof value['size'] === 'number' &&
    typeof value['mtimeMs'] === 'number' &&
    typeof value['sha256'] === 'string'
  );
}
