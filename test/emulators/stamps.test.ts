import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStampWriter, readStamps } from './stamps.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chariot-stamps-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('stamps', () => {
  it('come back as written, appended over several runs, without a torn end', () => {
    const file = join(folder, 's.bin');
    const stamps = Array.from({ length: 10_000 }, (_, n) => ({
      frameIndex: n,
      startCount: 1 + Math.floor(n / 9000),
      monotonicMs: 123_456.789 + 4 * n,
    }));
    for (const part of [stamps.slice(0, 7000), stamps.slice(7000)]) {
      const writer = createStampWriter(file);
      for (const stamp of part) writer.add(stamp);
      writer.close();
    }
    appendFileSync(file, Buffer.alloc(15));
    expect(readStamps(file)).toEqual(stamps);
  });

  it('reach the file when flushed', () => {
    const file = join(folder, 's.bin');
    const writer = createStampWriter(file);
    writer.add({ frameIndex: 1, startCount: 1, monotonicMs: 2 });
    expect(readStamps(file)).toHaveLength(0);
    writer.flush();
    expect(readStamps(file)).toHaveLength(1);
    writer.close();
  });
});
