import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './lock.ts';

const QUICK = { beat: 20, stale: 60_000, poll: 5 };

describe('lock between set-ups', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'chariot-lock-'));
    file = path.join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets processes in one at a time', async () => {
    const log = path.join(folder, 'log');
    const script = [
      `import { withLock } from ${JSON.stringify(path.join(import.meta.dirname, 'lock.ts'))};`,
      `import { appendFileSync } from 'node:fs';`,
      `import { setTimeout } from 'node:timers/promises';`,
      `const work = async () => {`,
      `  appendFileSync(${JSON.stringify(log)}, 'in ');`,
      `  await setTimeout(50);`,
      `  appendFileSync(${JSON.stringify(log)}, 'out ');`,
      `};`,
      `await withLock(${JSON.stringify(file)}, () => {}, work, ${JSON.stringify(QUICK)});`,
    ].join('\n');
    const children = [1, 2, 3].map(() =>
      spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' }),
    );
    const codes = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(codes.map(([code]) => Number(code))).toEqual([0, 0, 0]);
    expect(readFileSync(log, 'utf8')).toBe('in out in out in out ');
    expect(existsSync(file)).toBe(false);
  });

  it('takes over from a process that is no more', async () => {
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(child, 'exit');
    writeFileSync(file, JSON.stringify({ pid: child.pid, host: os.hostname(), token: 'dead' }));
    expect(
      await withLock(
        file,
        () => {},
        async () => 'done',
        QUICK,
      ),
    ).toBe('done');
  });

  it('takes over from another machine only after its silence', async () => {
    writeFileSync(file, JSON.stringify({ pid: 1, host: 'elsewhere', token: 'other' }));
    let waits = 0;
    const onWait = () => {
      waits += 1;
      utimesSync(file, 1, 1);
    };
    expect(await withLock(file, onWait, async () => 'done', QUICK)).toBe('done');
    expect(waits).toBe(1);
  });

  it('is free again after a failure', async () => {
    const failing = withLock(
      file,
      () => {},
      () => Promise.reject(new Error('no network')),
      QUICK,
    );
    await expect(failing).rejects.toThrow('no network');
    expect(existsSync(file)).toBe(false);
  });
});
