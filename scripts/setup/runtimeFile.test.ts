import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Runtime, readHubRuntime, readRuntime, writeRuntime } from './runtimeFile.ts';

const RUNTIME: Runtime = {
  electron: {
    binary: '/cache/dist/electron',
    dist: '/cache/dist',
    version: '33.2.1',
    source: 'registry-test-runtime',
  },
  mediasoupWorker: { binary: null, version: '3.27.1', source: 'download' },
  sqlite: { nativeBinding: '/cache/better_sqlite3.node' },
  chromium: { binary: null },
  socat: true,
  xvfb: false,
};

describe('build/runtime.json', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'chariot-runtime-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is read as it was written', () => {
    writeRuntime(root, RUNTIME);
    expect(readRuntime(root)).toEqual(RUNTIME);
    expect(readHubRuntime(root).mediasoupWorker).toEqual(RUNTIME.mediasoupWorker);
  });

  it('says what to run when it is not there', () => {
    expect(() => readRuntime(root)).toThrow('node scripts/setup.ts');
  });

  it('serves a hub after a hub-only set-up, and no application', () => {
    writeRuntime(root, { mediasoupWorker: RUNTIME.mediasoupWorker });
    expect(readHubRuntime(root)).toEqual({ mediasoupWorker: RUNTIME.mediasoupWorker });
    expect(() => readRuntime(root)).toThrow('incomplete');
  });

  it('keeps the application’s part through a later hub-only set-up', () => {
    writeRuntime(root, RUNTIME);
    const worker = { binary: '/w', version: '3.27.1', source: 'built' } as const;
    writeRuntime(root, { mediasoupWorker: worker });
    expect(readRuntime(root)).toEqual({ ...RUNTIME, mediasoupWorker: worker });
  });
});
