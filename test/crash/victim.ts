import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseReports, type Report } from './reports.ts';

/** In the app the recorder and the store do not share their threads: they are processes of their own. */
const THREADS = '16';
const CHILD = path.join(import.meta.dirname, 'child.ts');

export interface VictimOptions {
  readonly subject: string;
  readonly folder: string;
  readonly seed: number;
  readonly env: Readonly<Record<string, string>>;
  /** Since when it lives: from the start of opening on, or from its first promise. */
  readonly from: 'starting' | 'enqueued';
  readonly livesMs: number;
}

/** Starts the child, kills it at its moment, and answers what it had said until then. */
export async function killedVictim(options: VictimOptions): Promise<Report[]> {
  const { subject, folder, seed, env, from, livesMs } = options;
  const child = spawn(process.execPath, [CHILD, subject, folder, `${seed}`], {
    env: { ...process.env, UV_THREADPOOL_SIZE: THREADS, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaints = '';
  let timer: NodeJS.Timeout | null = null;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.includes(`"${from}"`)) timer ??= setTimeout(() => child.kill('SIGKILL'), livesMs);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? `exit ${code}`));
  });
  clearTimeout(timer ?? undefined);
  const reports = parseReports(said);
  return ended === 'SIGKILL'
    ? reports
    : [...reports, { is: 'trouble', what: `ended by itself: ${ended} ${complaints}` }];
}
