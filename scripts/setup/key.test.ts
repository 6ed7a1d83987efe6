import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheKey, packageFacts } from './key.ts';

describe('cache key', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'chariot-key-'));
    writeFileSync(path.join(folder, 'build.ts'), 'step 1');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('changes with a fact and with the recipe, not with notes and tests', () => {
    const before = cacheKey(['1.0'], [folder]);
    expect(cacheKey(['1.1'], [folder])).not.toBe(before);
    writeFileSync(path.join(folder, 'README.md'), 'note');
    writeFileSync(path.join(folder, 'build.test.ts'), 'test');
    expect(cacheKey(['1.0'], [folder])).toBe(before);
    writeFileSync(path.join(folder, 'build.ts'), 'step 2');
    expect(cacheKey(['1.0'], [folder])).not.toBe(before);
  });

  it('keeps facts apart from each other', () => {
    expect(cacheKey(['ab', 'c'], [])).not.toBe(cacheKey(['a', 'bc'], []));
  });

  it('takes version and integrity from what npm installed and locked', () => {
    const installed = path.join(folder, 'node_modules', 'tool');
    mkdirSync(installed, { recursive: true });
    writeFileSync(path.join(installed, 'package.json'), '{"version":"1.2.3"}');
    const lock = { packages: { 'node_modules/tool': { integrity: 'sha512-x' } } };
    writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify(lock));
    expect(packageFacts(folder, 'tool')).toEqual({ version: '1.2.3', integrity: 'sha512-x' });
    expect(packageFacts(folder, 'other')).toEqual({ version: 'absent', integrity: 'unlocked' });
  });
});
