import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findApplication } from './application.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'chariot-app-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('is the Electron of a checkout that was set up', () => {
  mkdirSync(path.join(folder, 'build'));
  const runtime = {
    electron: { binary: '/cache/electron', version: '1', source: 'test' },
    mediasoupWorker: { binary: null, version: '1', source: 'test' },
    chromium: { binary: null },
  };
  writeFileSync(path.join(folder, 'build', 'runtime.json'), JSON.stringify(runtime));
  expect(findApplication(folder)).toEqual({ program: '/cache/electron', words: [folder] });
});

it('is the program beside which the command line is installed', () => {
  const resources = path.join(folder, 'resources');
  mkdirSync(resources);
  writeFileSync(path.join(folder, 'chariot'), '');
  const found = { program: path.join(folder, 'chariot'), words: [] };
  expect(findApplication(resources, 'linux')).toEqual(found);
  expect(findApplication(path.join(resources, 'cli'), 'linux')).toEqual(found);
});

it('is nothing where there is none', () => {
  expect(findApplication(folder, 'win32')).toBeNull();
});
