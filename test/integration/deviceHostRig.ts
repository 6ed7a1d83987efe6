import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type CallClient, createClient } from '../../src/contracts/calls.ts';
import type { Result } from '../../src/contracts/faults.ts';
import {
  HOST_CALLS,
  type HostCalls,
  type HostMessage,
  HostMessageSchema,
} from '../../src/contracts/hostControl.ts';

const HOST_ENTRY = fileURLToPath(new URL('../../src/devices/host/main.ts', import.meta.url));
const EMULATOR_ENTRY = fileURLToPath(new URL('../emulators/main.ts', import.meta.url));

export type Rig = {
  readonly folder: string;
  /** Everything started through the rig, ended and removed. */
  close(): Promise<void>;
  onClose(action: () => Promise<void> | void): void;
};

export function createRig(): Rig {
  const folder = mkdtempSync(join(tmpdir(), 'chariot-device-'));
  const actions: (() => Promise<void> | void)[] = [];
  return {
    folder,
    onClose: (action) => void actions.push(action),
    close: async () => {
      for (const action of actions.toReversed()) {
        await action();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function until<T>(
  what: string,
  look: () => T | undefined | null | false,
  timeoutMs = 10_000,
): Promise<T> {
  const limit = performance.now() + timeoutMs;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== null && found !== false) {
      return found;
    }
    if (performance.now() > limit) {
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

export type HostRun = {
  readonly calls: CallClient<HostCalls>;
  /** In order of arrival; `atMs` is this process's performance.now(). */
  readonly messages: readonly { readonly atMs: number; readonly message: HostMessage }[];
  kill(signal: NodeJS.Signals): Promise<void>;
};

/** The real entry of the device host, as a plain fork. */
export async function startHost(rig: Rig): Promise<HostRun> {
  const child = fork(HOST_ENTRY, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  rig.onClose(() => end(child, 'SIGKILL'));
  const messages: { atMs: number; message: HostMessage }[] = [];
  const waiting = new Map<number, (result: Result<unknown>) => void>();
  let lastId = 0;
  child.on('message', (raw) => {
    const message = HostMessageSchema.parse(raw);
    messages.push({ atMs: performance.now(), message });
    if (message.kind === 'answer') {
      waiting.get(message.id)?.(message.result as Result<unknown>);
    }
  });
  const calls = createClient(
    HOST_CALLS,
    (name, input) =>
      new Promise((resolve) => {
        const id = ++lastId;
        waiting.set(id, resolve);
        child.send({ kind: 'call', id, name, input });
      }),
    'IPC_OUTPUT_INVALID',
  );
  await until('the host', () => messages.find(({ message }) => message.kind === 'up'));
  return { calls, messages, kill: (signal) => end(child, signal) };
}

export type EmulatorRun = {
  readonly pty: string;
  readonly stamps: string;
  say(command: 'unplug' | 'replug' | 'quit'): void;
  stats(): Promise<Record<string, unknown>>;
  kill(): Promise<void>;
};

/** The emulated board on a pty of its own, as `chariot emulate` runs it. */
export async function startEmulator(rig: Rig, ...options: string[]): Promise<EmulatorRun> {
  const pty = join(rig.folder, 'cyton');
  const stamps = join(rig.folder, 'stamps.bin');
  const child = spawn(
    process.execPath,
    [EMULATOR_ENTRY, 'cyton', '--pty', pty, '--stamps', stamps, ...options],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  rig.onClose(() => end(child, 'SIGTERM'));
  const events: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as Record<string, unknown>);
  });
  const say = (command: string): void => void child.stdin.write(`${command}\n`);
  await until('the emulator', () => events.some((event) => event['event'] === 'ready'));
  return {
    pty,
    stamps,
    say,
    stats: async () => {
      const known = events.length;
      say('stats');
      return until('stats', () => events.slice(known).find((one) => one['event'] === 'stats'));
    },
    kill: () => end(child, 'SIGTERM'),
  };
}
