import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { perform } from './perform.ts';
import { readHubRuntime } from './runtimeFile.ts';
import type { Step } from './steps/step.ts';

const WORKER = { binary: '/w', version: '3.27.1', source: 'built' } as const;

/** A step whose work is to be counted; it is there once it has been provided. */
function countedStep(title: string) {
  const seen = { provided: 0 };
  const step: Step = {
    title,
    check: async () => (seen.provided > 0 ? { mediasoupWorker: WORKER } : null),
    provide: async (_, progress) => {
      seen.provided += 1;
      progress.working('building…');
      return { mediasoupWorker: WORKER };
    },
  };
  return { step, seen };
}

describe('set-up', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'chariot-perform-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(steps: readonly Step[], quiet = false) {
    const lines: string[] = [];
    const options = { root: folder, cache: path.join(folder, 'cache'), env: {}, steps, quiet };
    return perform({ ...options, write: (line) => lines.push(line) }).then(() => lines);
  }

  it('does what is missing once and is silent afterwards', async () => {
    const { step, seen } = countedStep('worker');
    expect(await run([step])).toEqual(['[1/1] worker: building…']);
    expect(await run([step])).toEqual([]);
    expect(seen.provided).toBe(1);
    expect(readHubRuntime(folder).mediasoupWorker).toEqual(WORKER);
  });

  it('lets only one of two at a time do the work', async () => {
    const { step, seen } = countedStep('worker');
    await Promise.all([run([step]), run([step])]);
    expect(seen.provided).toBe(1);
  });

  it('keeps its commentary to itself when asked', async () => {
    expect(await run([countedStep('worker').step], true)).toEqual([]);
  });

  it('keeps what was done before a step that fails', async () => {
    const failing: Step = {
      title: 'network',
      check: async () => null,
      provide: () => Promise.reject(new Error('unreachable')),
    };
    await expect(run([countedStep('worker').step, failing])).rejects.toThrow('unreachable');
    expect(readHubRuntime(folder).mediasoupWorker).toEqual(WORKER);
  });
});
