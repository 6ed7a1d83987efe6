import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../native/kit/run.ts';
import { buildPowerCut, powerCutMissing } from '../../native/power-cut/build.ts';
import { powerCutEnvironment, writeControl } from '../../native/power-cut/control.ts';
import type { FaultStory } from './faultChild.ts';
import { emptyLedger } from './ledger.ts';
import type { OpenStory } from './openChild.ts';
import { findSubject } from './subjects/all.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const { ENOSPC, EIO } = os.constants.errno;
const EROFS = 30;
const MINUTE = 60_000;
/** The refusal moves over this many calls: all those of a commit, and of folding the log. */
const WRITES = 40;

const scratch: string[] = [];
let shim = '';

function makeDisk() {
  const top = mkdtempSync(path.join(os.tmpdir(), 'chariot-disk-faults-'));
  scratch.push(top);
  const folder = path.join(top, 'disk');
  mkdirSync(folder);
  const control = path.join(top, 'control');
  writeControl(control);
  return { folder, control };
}
type Disk = ReturnType<typeof makeDisk>;

/** Runs one of the children on a disk that the shim can make refuse. */
async function onDisk<Story>(disk: Disk, program: string, args: readonly string[]) {
  const child = path.join(import.meta.dirname, program);
  const env = { ...process.env, ...powerCutEnvironment({ shim, ...disk }) };
  const all = [child, disk.folder, disk.control, ...args];
  const ended = await run(process.execPath, all, { env, timeoutMs: MINUTE });
  if (ended.status !== 0) throw new Error(`${program}: ${ended.stderr}`);
  return JSON.parse(ended.stdout) as Story;
}

/** What is in the store when it is opened again on a disk that is well. */
async function reopened({ folder }: Disk) {
  return await findSubject('chariot').inspect({ folder, ledger: emptyLedger(), deliver: null });
}

describe.skipIf(powerCutMissing() !== null)('a disk that refuses while the store works', () => {
  beforeAll(async () => {
    shim = await buildPowerCut(ROOT);
  });
  afterEach(() => {
    for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true });
  });

  it.each([
    ['is full at the k-th write', 'write', ENOSPC, ['STORE_DISK_FULL']],
    ['fails at the k-th write', 'write', EIO, ['STORE_IO']],
    ['turns read-only at the k-th write', 'write', EROFS, ['STORE_IO', 'STORE_READ_ONLY']],
    ['fails at the k-th sync', 'sync', EIO, ['STORE_IO']],
  ])('%s: said by its name, nothing acknowledged lost, usable again', async (_, of, no, codes) => {
    const disk = makeDisk();
    const story = await onDisk<FaultStory>(disk, 'faultChild.ts', [of, `${no}`, `${WRITES}`]);
    expect(story.refusals).toBeGreaterThanOrEqual(WRITES / 2);
    expect(story.faults.length).toBeGreaterThan(0);
    expect(codes).toEqual(expect.arrayContaining(story.faults));
    expect(story.refusedWhenWell).toBe(0);
    const { troubles, waiting } = await reopened(disk);
    expect(troubles).toEqual([]);
    expect(waiting).toEqual(expect.arrayContaining(story.acknowledged));
  });
});

describe.skipIf(powerCutMissing() !== null)('a disk that refuses while the store is opened', () => {
  beforeAll(async () => {
    shim = await buildPowerCut(ROOT);
  });
  afterEach(() => {
    for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true });
  });

  it.each([
    ['is full', ENOSPC, ['STORE_DISK_FULL']],
    ['fails', EIO, ['STORE_IO']],
    ['is read-only', EROFS, ['STORE_READ_ONLY']],
  ])('%s: said by its name, and what was there is there afterwards', async (_, no, codes) => {
    const disk = makeDisk();
    const story = await onDisk<OpenStory>(disk, 'openChild.ts', [`${no}`]);
    expect(story.faults.length).toBeGreaterThan(0);
    expect(codes).toEqual(expect.arrayContaining(story.faults));
    const { troubles, waiting } = await reopened(disk);
    expect(troubles).toEqual([]);
    expect(waiting).toEqual(story.acknowledged);
  });
});
