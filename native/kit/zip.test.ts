import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unzip } from './zip.ts';

describe('unzip', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'chariot-zip-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Written by another implementation. */
  function archive(): string {
    const file = path.join(folder, 'a.zip');
    const parts: Zippable = {
      'app/run': [strToU8('#!/bin/sh\n'.repeat(200)), { os: 3, attrs: 0o100755 << 16 }],
      'app/doc/a.txt': [strToU8('stored'), { level: 0 }],
      'app/empty': new Uint8Array(),
    };
    writeFileSync(file, zipSync(parts));
    return file;
  }

  it('writes chosen members with their contents and executable bit', async () => {
    const out = path.join(folder, 'out');
    await unzip(archive(), out, (name) => name.replace('app/', ''));
    expect(readFileSync(path.join(out, 'run'), 'utf8')).toBe('#!/bin/sh\n'.repeat(200));
    expect(statSync(path.join(out, 'run')).mode & 0o111).toBe(0o111);
    expect(readFileSync(path.join(out, 'doc', 'a.txt'), 'utf8')).toBe('stored');
    expect(statSync(path.join(out, 'doc', 'a.txt')).mode & 0o111).toBe(0);
  });

  it('leaves out what is not wanted', async () => {
    const out = path.join(folder, 'out');
    await unzip(archive(), out, (name) => (name === 'app/run' ? 'run' : null));
    expect(existsSync(path.join(out, 'doc'))).toBe(false);
  });

  it('refuses to write outside its folder', async () => {
    const out = path.join(folder, 'out');
    await expect(unzip(archive(), out, () => '../escape')).rejects.toThrow('unsafe path');
    expect(existsSync(path.join(folder, 'escape'))).toBe(false);
  });

  it('refuses what is not a ZIP file', async () => {
    const file = path.join(folder, 'not.zip');
    writeFileSync(file, 'x'.repeat(100));
    await expect(unzip(file, folder, (name) => name)).rejects.toThrow('not a ZIP file');
  });
});
