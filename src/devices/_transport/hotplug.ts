import { type FSWatcher, readdirSync, watch } from 'node:fs';
import path from 'node:path';
import type { Result } from '../../contracts/faults.ts';
import { type HostTime, systemTime } from '../_sdk/time.ts';
import { loadUsb, type UsbLibrary } from './libraries.ts';

/** A device makes several nodes: one change, told once. */
const SETTLE_MS = 50;
/** udev gives rights to a node after the kernel made it; until then it cannot be opened. */
const RIGHTS_MS = 2_000;
/** Nodes of devices, and the folders that they live in. */
const INTERESTING = /^(tty(USB|ACM|S)|hidraw|event|video|input$|bus$|usb$|\d{3}$)/;

export type HotplugDeps = {
  /** Root of the device nodes; null: this system has none that can be watched. */
  readonly dev?: string | null;
  readonly load?: () => Promise<Result<UsbLibrary>>;
  readonly time?: Pick<HostTime, 'after'>;
};

/**
 * Calls `onChange` after something was plugged in or out, until `signal` aborts. Never throws, and
 * promises nothing: a poll stays with the caller.
 *
 * Linux is watched by its device nodes, so that the usb library, its threads and its uncaught
 * failures are needed only elsewhere.
 */
export function watchHotplug(
  onChange: () => void,
  signal: AbortSignal,
  deps: HotplugDeps = {},
): void {
  if (signal.aborted) {
    return;
  }
  const time = deps.time ?? systemTime;
  const dev = deps.dev === undefined ? defaultDev() : deps.dev;
  let cancel: (() => void) | null = null;
  const changed = (): void => {
    if (cancel === null && !signal.aborted) {
      cancel = time.after(SETTLE_MS, () => {
        cancel = null;
        onChange();
      });
    }
  };
  signal.addEventListener('abort', () => cancel?.(), { once: true });
  if (dev !== null && watchNodes(dev, changed, signal, time)) {
    return;
  }
  void watchLibrary(deps.load ?? loadUsb, changed, signal);
}

/**
 * Calls `onChange` when the node at `file` comes or goes: a technician may name a device by a link
 * that lies anywhere. Never throws, and promises nothing.
 */
export function watchNode(file: string, onChange: () => void, signal: AbortSignal): void {
  if (process.platform !== 'linux' || signal.aborted) {
    return;
  }
  try {
    const watcher = watch(path.dirname(file), (event, name) => {
      if (event === 'rename' && name === path.basename(file)) {
        onChange();
      }
    });
    const stop = (): void => watcher.close();
    watcher.on('error', stop);
    signal.addEventListener('abort', stop, { once: true });
  } catch {
    // Not there, or no watches are left: the session tries by itself.
  }
}

function defaultDev(): string | null {
  return process.platform === 'linux' ? '/dev' : null;
}

/** @returns false when `dev` itself cannot be watched. */
function watchNodes(
  dev: string,
  changed: () => void,
  signal: AbortSignal,
  time: Pick<HostTime, 'after'>,
): boolean {
  const watchers = new Map<string, FSWatcher>();
  const isNews = createNews(signal, time);
  const drop = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const add = (folder: string): void => {
    if (watchers.has(folder) || signal.aborted) {
      return;
    }
    try {
      const watcher = watch(folder, (event, name) => {
        if (isNews(event, name)) {
          // A folder appears with its first device: it is watched from then on.
          addAll();
          changed();
        }
      });
      watchers.set(folder, watcher);
      watcher.on('error', () => drop(folder));
    } catch {
      // Not there, or no watches are left: the caller's poll sees it.
    }
  };
  const addAll = (): void => {
    for (const folder of watchers.keys()) {
      if (!isThere(folder)) {
        drop(folder);
      }
    }
    for (const folder of [dev, `${dev}/input`, `${dev}/bus`, `${dev}/bus/usb`, ...buses(dev)]) {
      add(folder);
    }
  };
  addAll();
  signal.addEventListener('abort', () => [...watchers.keys()].forEach(drop), { once: true });
  return watchers.has(dev);
}

/**
 * What came or went is news. A change is news only shortly after: rights were given; later, on some
 * kernels, it is no more than somebody's write to the device.
 */
function createNews(signal: AbortSignal, time: Pick<HostTime, 'after'>) {
  const fresh = new Map<string, () => void>();
  const forget = (): void => {
    for (const cancel of fresh.values()) {
      cancel();
    }
  };
  signal.addEventListener('abort', forget, { once: true });
  return (event: string, name: string | null): boolean => {
    if (name === null || !INTERESTING.test(name)) {
      return name === null;
    }
    if (event !== 'rename') {
      return fresh.has(name);
    }
    fresh.get(name)?.();
    fresh.set(
      name,
      time.after(RIGHTS_MS, () => fresh.delete(name)),
    );
    return true;
  };
}

function buses(dev: string): string[] {
  return entries(`${dev}/bus/usb`).map((bus) => `${dev}/bus/usb/${bus}`);
}

function isThere(folder: string): boolean {
  try {
    readdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function watchLibrary(
  load: () => Promise<Result<UsbLibrary>>,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const library = await load();
    if (!library.ok) {
      return;
    }
    const { usb } = library.value;
    // With a listener the library lists devices by itself and lets a failure of that go uncaught: it
    // is asked first, and given no listener when it fails.
    await usb.getDevices();
    if (signal.aborted) {
      return;
    }
    usb.addEventListener('connect', changed);
    usb.addEventListener('disconnect', changed);
    const stop = (): void => {
      usb.removeEventListener('connect', changed);
      usb.removeEventListener('disconnect', changed);
    };
    signal.addEventListener('abort', stop, { once: true });
  } catch {
    // No USB bus: nothing will be plugged in there.
  }
}
