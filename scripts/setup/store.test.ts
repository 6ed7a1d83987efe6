import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { create, lookup, sweep } from './store.ts';

describe('cache entries', () => {
  let cache = '';
  beforeEach(() => {
    cache = mkdtempSync(path.join(os.tmpdir(), 'chariot-store-'));
  });
  afterEach(() => rmSync(cache, { recursive: true }));

  const make = (text = 'program') =>
    create(cache, 'tool-1', async (dir) => {
      writeFileSync(path.join(dir, 'tool'), text);
      return { made: 'here' };
    });

  it('are found again with their notes', async () => {
    await make();
    expect(await lookup(cache, 'tool-1')).toEqual({
      dir: path.join(cache, 'tool-1'),
      meta: { made: 'here' },
    });
    expect(await lookup(cache, 'tool-2')).toBeNull();
  });

  it('leave nothing behind when making them fails', async () => {
    const failing = create(cache, 'tool-1', async (dir) => {
      writeFileSync(path.join(dir, 'half'), '');
      throw new Error('disk full');
    });
    await expect(failing).rejects.toThrow('disk full');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('are refused when a file is gone or has another size', async () => {
    const { dir } = await make();
    writeFileSync(path.join(dir, 'tool'), 'programme');
    expect(await lookup(cache, 'tool-1')).toBeNull();
    rmSync(path.join(dir, 'tool'));
    expect(await lookup(cache, 'tool-1')).toBeNull();
  });

  it('are hashed again when only the time differs', async () => {
    const { dir } = await make();
    utimesSync(path.join(dir, 'tool'), 1, 1);
    expect(await lookup(cache, 'tool-1')).not.toBeNull();
    writeFileSync(path.join(dir, 'tool'), 'pro8ram');
    utimesSync(path.join(dir, 'tool'), 2, 2);
    expect(await lookup(cache, 'tool-1')).toBeNull();
  });

  it('are removed when unused for two months, and being found is being used', async () => {
    const { dir } = await make();
    utimesSync(path.join(dir, 'manifest.json'), 1, 1);
    await lookup(cache, 'tool-1');
    sweep(cache);
    expect(await lookup(cache, 'tool-1')).not.toBeNull();
    sweep(cache, Date.now() + 61 * 86_400_000);
    expect(await lookup(cache, 'tool-1')).toBeNull();
  });

  it('are replaced whole, and remains of an interrupted set-up are swept', async () => {
    await make('old');
    await make('new');
    expect(await lookup(cache, 'tool-1')).not.toBeNull();
    writeFileSync(path.join(cache, 'making-tool-1-0000'), '');
    sweep(cache);
    expect(readdirSync(cache)).toEqual(['tool-1']);
  });
});
