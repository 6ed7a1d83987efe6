import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AMENDMENTS, amend, applyAmendments } from './amendments.ts';
import { parallelJobs } from './build.ts';
import { workerUrl } from './download.ts';
import { writeSubprojects } from './subprojects.ts';

const MEDIASOUP = path.join(import.meta.dirname, '..', '..', 'node_modules', 'mediasoup');
const GIGABYTE = 1e9;

describe('recipe of the mediasoup worker', () => {
  let worker = '';
  beforeEach(() => {
    worker = mkdtempSync(path.join(os.tmpdir(), 'chariot-recipe-'));
    for (const part of ['meson.build', 'subprojects', 'src/RTC/DtlsTransport.cpp']) {
      cpSync(path.join(MEDIASOUP, 'worker', part), path.join(worker, part), { recursive: true });
    }
  });
  afterEach(() => rmSync(worker, { recursive: true }));

  it('fits the installed sources', () => {
    applyAmendments(worker);
    for (const { file, to } of AMENDMENTS) {
      expect(readFileSync(path.join(worker, file), 'utf8')).toContain(to);
    }
  });

  it('refuses sources it was not written for', () => {
    const amendment = { file: 'a.cpp', from: 'old', to: 'new', reason: 'test' };
    expect(amend('one old line', amendment)).toBe('one new line');
    expect(() => amend('another line', amendment)).toThrow('a.cpp has changed');
    expect(() => amend('old and old', amendment)).toThrow('a.cpp has changed');
  });

  it('provides every subproject and variable that the build asks for', () => {
    const asked = readFileSync(path.join(worker, 'meson.build'), 'utf8');
    writeSubprojects(worker, '/headers');
    const needed = ['libuv', 'openssl', 'libsrtp3', 'flatbuffers', 'abseil-cpp'];
    for (const name of needed) {
      expect(asked).toMatch(new RegExp(`subproject\\(\\s*'${name}'`));
      const text = readFileSync(path.join(worker, 'subprojects', name, 'meson.build'), 'utf8');
      const variables = asked.matchAll(
        new RegExp(`${name.replace('-', '_')}_proj\\.get_variable\\('(\\w+)'\\)`, 'g'),
      );
      for (const [, variable] of variables) expect(text).toContain(`${variable ?? ''} = `);
    }
    expect(existsSync(path.join(worker, 'subprojects', 'libuv.wrap'))).toBe(false);
  });
});

describe('resources of the build', () => {
  it('are bounded by processors and by memory', () => {
    expect(parallelJobs(8, 32 * GIGABYTE)).toBe(8);
    expect(parallelJobs(8, 3.5 * GIGABYTE)).toBe(3);
    expect(parallelJobs(2, 0.2 * GIGABYTE)).toBe(1);
  });
});

describe('address of the prebuilt worker', () => {
  it('is the one that mediasoup’s own installer uses', () => {
    const url = workerUrl('3.27.1', { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: 'https://m' });
    expect(url.startsWith(`https://m/3.27.1/mediasoup-worker-3.27.1-${process.platform}-`)).toBe(
      true,
    );
    expect(url.endsWith('.tgz')).toBe(true);
  });
});
