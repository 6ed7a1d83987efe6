import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildPowerCut, powerCutMissing } from './build.ts';
import { failDisk, healDisk, powerCutEnvironment, readCounts, writeControl } from './control.ts';
import { buildImage } from './image.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const EIO = os.constants.errno.EIO;
const ENOSPC = os.constants.errno.ENOSPC;
const IMAGES = 60;

const scratch: string[] = [];
let shim = '';

/** Uniform numbers in [0, 1) that a seed decides. */
function seeded(seed: number): () => number {
  let drawn = 0;
  return () => {
    const hash = createHash('sha256').update(`${seed}:${drawn++}`).digest();
    return hash.readUInt32LE(0) / 2 ** 32;
  };
}

/** A folder, its journal and its control file. */
function makeDisk() {
  const top = mkdtempSync(path.join(os.tmpdir(), 'chariot-power-cut-'));
  scratch.push(top);
  const folder = path.join(top, 'disk');
  mkdirSync(folder);
  const control = path.join(top, 'control');
  writeControl(control);
  return { top, folder, control, journal: path.join(top, 'journal') };
}
type Disk = ReturnType<typeof makeDisk>;

/** Runs a script of Node in the folder; answers what it printed. */
function onDisk(disk: Disk, script: string): string {
  const env = { ...process.env, ...powerCutEnvironment({ shim, ...disk }) };
  const code = `const fs = require('node:fs'); ${script}`;
  const run = spawnSync(process.execPath, ['-e', code], { cwd: disk.folder, env });
  if (run.status !== 0) throw new Error(run.stderr.toString());
  return run.stdout.toString().trim();
}

/** What many power cuts leave: of each the files with their text. */
function cuts(disk: Disk): Array<Record<string, string>> {
  return Array.from({ length: IMAGES }, (_, seed) => {
    const target = path.join(disk.top, `image-${seed}`);
    buildImage({ base: null, journal: disk.journal, target, random: seeded(seed) });
    const files = readdirSync(target, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    return Object.fromEntries(
      files.map((file) => [path.relative(target, file), readFileSync(file, 'latin1')]),
    );
  });
}

describe.skipIf(powerCutMissing() !== null)('a power cut', () => {
  beforeAll(async () => {
    shim = await buildPowerCut(ROOT);
  });
  afterEach(() => {
    for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true });
  });

  it('leaves what was synced with its folder, always', () => {
    const disk = makeDisk();
    onDisk(
      disk,
      `const f = fs.openSync('a', 'w'); fs.writeSync(f, 'kept'); fs.fsyncSync(f);
       const d = fs.openSync('.', 'r'); fs.fsyncSync(d); fs.writeSync(f, ' and more');`,
    );
    const texts = cuts(disk).map((files) => files['a']);
    expect(texts.every((text) => text?.startsWith('kept'))).toBe(true);
    expect(new Set(texts)).toContain('kept');
    expect(new Set(texts)).toContain('kept and more');
  });

  it('may take the name of a file whose folder was not synced', () => {
    const disk = makeDisk();
    onDisk(disk, `const f = fs.openSync('a', 'w'); fs.writeSync(f, 'x'); fs.fsyncSync(f);`);
    const names = cuts(disk).map((files) => 'a' in files);
    expect(names).toContain(true);
    expect(names).toContain(false);
  });

  it('tears a write at sectors and reorders', () => {
    const disk = makeDisk();
    onDisk(
      disk,
      `const f = fs.openSync('a', 'w'); fs.writeSync(f, Buffer.alloc(2048, 'o')); fs.fsyncSync(f);
       fs.fsyncSync(fs.openSync('.', 'r')); fs.writeSync(f, Buffer.alloc(2048, 'n'), 0, 2048, 0);`,
    );
    const texts = cuts(disk).map(({ a = '' }) => a.replaceAll(/(.)\1{511}/g, '$1'));
    expect(texts.every((text) => /^[on]{4}$/.test(text))).toBe(true);
    expect(texts.some((text) => text.startsWith('o') && text.endsWith('n'))).toBe(true);
    expect(texts.some((text) => text.startsWith('n') && text.endsWith('o'))).toBe(true);
  });

  it('leaves after a rename that was not synced the old file or the new one, never none', () => {
    const disk = makeDisk();
    onDisk(
      disk,
      `const put = (name, text) => { const f = fs.openSync(name, 'w'); fs.writeSync(f, text);
         fs.fsyncSync(f); fs.closeSync(f); };
       put('a', 'old'); fs.fsyncSync(fs.openSync('.', 'r')); put('a.part', 'new');
       fs.renameSync('a.part', 'a');`,
    );
    const texts = cuts(disk).map((files) => files['a']);
    expect(new Set(texts)).toEqual(new Set(['old', 'new']));
  });

  it('may bring back a file that was deleted', () => {
    const disk = makeDisk();
    onDisk(
      disk,
      `const f = fs.openSync('a', 'w'); fs.writeSync(f, 'x'); fs.fsyncSync(f);
       fs.fsyncSync(fs.openSync('.', 'r')); fs.unlinkSync('a');`,
    );
    const names = cuts(disk).map((files) => 'a' in files);
    expect(names).toContain(true);
    expect(names).toContain(false);
  });

  it('can be repeated from its seed', () => {
    const disk = makeDisk();
    onDisk(disk, `fs.writeFileSync('a', 'a'.repeat(9000)); fs.mkdirSync('b');`);
    const first = cuts(disk);
    for (const name of readdirSync(disk.top)) {
      if (name.startsWith('image-')) rmSync(path.join(disk.top, name), { recursive: true });
    }
    expect(cuts(disk)).toEqual(first);
  });

  it('sees everything that Node does: with everything kept, the image is the folder', () => {
    const disk = makeDisk();
    onDisk(
      disk,
      `fs.writeFileSync('a', Buffer.from('0123456789')); fs.appendFileSync('a', 'more');
       fs.copyFileSync('a', 'b'); fs.truncateSync('b', 5); fs.linkSync('b', 'c');
       fs.mkdirSync('d/e', { recursive: true }); fs.renameSync('b', 'd/e/f');
       fs.writevSync(fs.openSync('d/g', 'w'), [Buffer.from('x'), Buffer.from('yz')]);
       fs.mkdirSync('h'); fs.rmSync('h', { recursive: true }); fs.writeFileSync('a', 'short');
       const s = fs.createWriteStream('i'); s.write('stream'); s.end('ed');`,
    );
    const target = path.join(disk.top, 'whole');
    // A draw of 0.25 keeps everything.
    buildImage({ base: null, journal: disk.journal, target, random: () => 0.25 });
    const compared = spawnSync('diff', ['-r', disk.folder, target]);
    expect(compared.stdout.toString() + compared.stderr.toString()).toBe('');
    expect(existsSync(path.join(target, 'd/e/f'))).toBe(true);
  });
});

describe.skipIf(powerCutMissing() !== null)('a disk that refuses', () => {
  beforeAll(async () => {
    shim = await buildPowerCut(ROOT);
  });
  afterEach(() => {
    for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true });
  });

  const WRITE_FIVE = `
    const f = fs.openSync('a', 'w'); const said = [];
    for (let i = 0; i < 5; i++) {
      try { said.push(fs.writeSync(f, 'abcd')); } catch (error) { said.push(error.code); }
    }
    try { fs.fsyncSync(f); } catch (error) { said.push(error.code); }
    console.log(said.join());`;

  it('fails the k-th call and those after it, then works again', () => {
    const disk = makeDisk();
    failDisk(disk.control, { of: 'write', nth: 3, count: 2, errno: EIO });
    expect(onDisk(disk, WRITE_FIVE)).toBe('4,EIO,EIO,4,4');
    expect(readCounts(disk.control)).toEqual({
      writes: 6,
      syncs: 1,
      failedWrites: 2,
      failedSyncs: 0,
    });
  });

  it('takes half of the write at which it becomes full', () => {
    const disk = makeDisk();
    failDisk(disk.control, { of: 'write', nth: 3, errno: ENOSPC });
    expect(onDisk(disk, WRITE_FIVE)).toBe('4,2,ENOSPC,ENOSPC,ENOSPC');
    healDisk(disk.control);
    expect(onDisk(disk, WRITE_FIVE)).toBe('4,4,4,4,4');
  });

  it('is read-only: nothing is opened for writing', () => {
    const disk = makeDisk();
    onDisk(disk, `fs.writeFileSync('a', 'x');`);
    failDisk(disk.control, { of: 'write', nth: 1, errno: os.constants.errno['EROFS'] ?? 30 });
    const script = `
      const say = (run) => { try { run(); return 'ok'; } catch (error) { return error.code; } };
      console.log([() => fs.openSync('a', 'r+'), () => fs.accessSync('.', fs.constants.W_OK),
        () => fs.mkdirSync('b'), () => fs.readFileSync('a')].map(say).join());`;
    expect(onDisk(disk, script)).toBe('EROFS,EROFS,EROFS,ok');
  });

  it('fails a sync', () => {
    const disk = makeDisk();
    failDisk(disk.control, { of: 'sync', nth: 1, count: 1, errno: EIO });
    expect(onDisk(disk, WRITE_FIVE)).toBe('4,4,4,4,4,EIO');
  });
});
