import { cpSync, mkdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SetupFailure } from '../kit/failure.ts';
import { run, tail } from '../kit/run.ts';
import { applyAmendments } from './amendments.ts';
import { writeSubprojects } from './subprojects.ts';

const MINUTE = 60_000;
/** What one C++ compiler of this build may need at its worst. */
const JOB_MEMORY_BYTES = 1_000_000_000;

export interface BuildOptions {
  /** The installed mediasoup package. */
  readonly mediasoup: string;
  /** The binary to write. */
  readonly output: string;
  /** A folder for sources and objects (150 MB). Removed at the end. */
  readonly scratch: string;
}

/** Builds mediasoup-worker from the npm package's own sources against the system's libraries. */
export async function buildWorker({ mediasoup, output, scratch }: BuildOptions): Promise<void> {
  mkdirSync(scratch, { recursive: true });
  try {
    const source = path.join(scratch, 'worker');
    cpSync(path.join(mediasoup, 'worker'), source, { recursive: true });
    writeSubprojects(source, path.join(import.meta.dirname, 'include'));
    applyAmendments(source);
    const out = path.join(source, 'out');
    await step('meson', ['setup', '--buildtype=release', '-Db_ndebug=true', out, source]);
    // The bundled libwebrtc includes generated headers without depending on their generation.
    await step('ninja', ['-C', out, 'fbs/FBS/worker.h']);
    await step('ninja', ['-C', out, `-j${parallelJobs()}`, 'mediasoup-worker']);
    await step('strip', ['-o', output, path.join(out, 'mediasoup-worker')]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** As many compilers as the processors and the free memory carry. */
export function parallelJobs(
  processors = os.availableParallelism(),
  freeBytes = os.freemem(),
): number {
  return Math.max(1, Math.min(processors, Math.floor(freeBytes / JOB_MEMORY_BYTES)));
}

async function step(program: string, args: readonly string[]): Promise<void> {
  const result = await run(program, args, { timeoutMs: 60 * MINUTE });
  if (result.status === 0) return;
  const why = result.timedOut ? 'took longer than an hour' : `exit ${result.status ?? 'none'}`;
  throw new SetupFailure(
    `the mediasoup worker does not build (${program}, ${why}):\n${tail(result.stdout)}\n${tail(result.stderr)}`,
    'Please report the lines above. A worker built elsewhere can be used with MEDIASOUP_WORKER_BIN=/path/to/mediasoup-worker.',
  );
}
