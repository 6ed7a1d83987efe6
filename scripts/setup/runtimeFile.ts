import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isRecord, readJson } from '../../native/kit/files.ts';

/** The Electron to run. Every report of a test names `version` and `source`. */
export interface ElectronRuntime {
  /** Absolute path of the program. */
  readonly binary: string;
  /** Its folder, for ELECTRON_OVERRIDE_DIST_PATH. */
  readonly dist: string;
  readonly version: string;
  /** `registry-test-runtime` is past its support: never package it. */
  readonly source: 'registry-test-runtime' | 'pinned-download';
}

export interface MediasoupWorker {
  /** For `createWorker({ workerBin })`; null is the package's own. */
  readonly binary: string | null;
  readonly version: string;
  readonly source: 'download' | 'built' | 'environment';
}

/** What set-up found or made on this machine; all paths are absolute. */
export interface Runtime {
  readonly electron: ElectronRuntime;
  readonly mediasoupWorker: MediasoupWorker;
  /** For better-sqlite3's option `nativeBinding` inside `electron`; null is the package's own. */
  readonly sqlite: { readonly nativeBinding: string | null };
  readonly chromium: { readonly binary: string | null };
  readonly socat: boolean;
  readonly xvfb: boolean;
}

/** A hub-only set-up leaves out everything else. */
export type HubRuntime = Pick<Runtime, 'mediasoupWorker'>;

/** Reads build/runtime.json. Throws when `node scripts/setup.ts` has not been run for the app. */
export function readRuntime(root: string): Runtime {
  const value = readJson(runtimePath(root));
  if (!isRuntime(value)) throw new Error(advice(root, ''));
  return value;
}

/** The part that a hub needs. Throws when no set-up has been run. */
export function readHubRuntime(root: string): HubRuntime {
  const value = readJson(runtimePath(root));
  if (!isHubRuntime(value)) throw new Error(advice(root, ' --for hub'));
  return value;
}

/** Writes what is known, keeping what an earlier set-up for something else has written. */
export function writeRuntime(root: string, known: Partial<Runtime>): void {
  const file = runtimePath(root);
  const before = readJson(file);
  const after = { ...(isRecord(before) ? before : {}), ...known };
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, `${JSON.stringify(after, null, 2)}\n`);
  renameSync(fresh, file);
}

function runtimePath(root: string): string {
  return path.join(root, 'build', 'runtime.json');
}

function advice(root: string, option: string): string {
  return `${runtimePath(root)} is missing or incomplete: run "node scripts/setup.ts${option}" first`;
}

function isHubRuntime(value: unknown): value is HubRuntime {
  if (!isRecord(value) || !isRecord(value['mediasoupWorker'])) return false;
  const { binary, version, source } = value['mediasoupWorker'];
  return (
    isPathOrNull(binary) &&
    typeof version === 'string' &&
    (source === 'download' || source === 'built' || source === 'environment')
  );
}

function isRuntime(value: unknown): value is Runtime {
  if (!isRecord(value) || !isHubRuntime(value)) return false;
  const { electron, sqlite, chromium, socat, xvfb }: Readonly<Record<string, unknown>> = value;
  return (
    isElectron(electron) &&
    isRecord(sqlite) &&
    isPathOrNull(sqlite['nativeBinding']) &&
    isRecord(chromium) &&
    isPathOrNull(chromium['binary']) &&
    typeof socat === 'boolean' &&
    typeof xvfb === 'boolean'
  );
}

function isElectron(value: unknown): value is ElectronRuntime {
  return (
    isRecord(value) &&
    typeof value['binary'] === 'string' &&
    typeof value['dist'] === 'string' &&
    typeof value['version'] === 'string' &&
    (value['source'] === 'registry-test-runtime' || value['source'] === 'pinned-download')
  );
}

function isPathOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
