import { lstatSync, readlinkSync, statSync, unlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FrameStamp, monotonicMs } from '../stamps.ts';
import type { HostClock } from './clock.ts';
import { createDriver, type EmulatedDevice } from './driver.ts';
import { type PtyWatch, watchPty } from './ptyWatch.ts';
import { endSocat, type Socat, startSocat } from './socat.ts';

export type PtyFault = {
  readonly code: 'SOCAT_MISSING' | 'LINK_TAKEN' | 'PTY_FAILED';
  readonly params: { readonly detail: string };
};
export type PlugResult =
  | { readonly ok: true; readonly terminal: string }
  | { readonly ok: false; readonly fault: PtyFault };

export type PtyHostOptions = {
  readonly device: EmulatedDevice;
  /** Path of the symbolic link to the terminal. */
  readonly link: string;
  readonly clock: HostClock;
  readonly onStamp?: (stamp: FrameStamp) => void;
  /** The device tore itself off (`fault`), or socat ended by itself (`socat`). */
  readonly onUnplugged?: (cause: 'fault' | 'socat') => void;
  readonly socat?: string;
};

type Plugged = { readonly socat: Socat; readonly watch: PtyWatch };

const START_LIMIT_MS = 3000;
const POLL_MS = 5;
const FLUSH_LIMIT_MS = 100;
/** Time for socat to pass on what it has read. */
const FORWARD_MS = 20;

function readTerminal(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

/** Removes a link that points nowhere (left by a killed run); false when something else is there. */
function clearStaleLink(link: string): boolean {
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found === undefined) return true;
  if (!found.isSymbolicLink() || statSync(link, { throwIfNoEntry: false }) !== undefined) {
    return false;
  }
  unlinkSync(link);
  return true;
}

function refuse(code: PtyFault['code'], detail: string): PlugResult {
  return { ok: false, fault: { code, params: { detail } } };
}

async function waitForLink(link: string, ended: Promise<void>): Promise<string | undefined> {
  const tooLate = monotonicMs() + START_LIMIT_MS;
  const pause = () => Promise.race([sleep(POLL_MS, true), ended]);
  for (let goesOn = true; goesOn; goesOn = (await pause()) === true && monotonicMs() < tooLate) {
    const terminal = readTerminal(link);
    if (terminal !== undefined) return terminal;
  }
  return undefined;
}

/**
 * Hosts a device on a real pseudo terminal that any program can open as a serial port. The device
 * keeps running while it is unplugged. `close` leaves no process, no timer and no link.
 */
export function createPtyHost(options: PtyHostOptions) {
  const { device, link, clock, onUnplugged = () => undefined } = options;
  let plugged: Plugged | undefined;
  const wire = {
    write: (bytes: Uint8Array): boolean => {
      if (plugged === undefined || !plugged.watch.isRead()) return false;
      plugged.watch.noteSent(bytes.length);
      plugged.socat.child.stdin.write(bytes);
      return true;
    },
    disconnect: (): void => {
      void unplug().then(() => onUnplugged('fault'));
    },
  };
  const driver = createDriver(device, wire, clock, options.onStamp);

  const unplug = async (): Promise<void> => {
    const was = plugged;
    if (was === undefined) return;
    plugged = undefined;
    was.watch.stop();
    // What was handed over before must still arrive; a blocked reader may not hold this up.
    const flushed = new Promise<void>((done) => was.socat.child.stdin.write('', () => done()));
    await Promise.race([flushed, sleep(FLUSH_LIMIT_MS)]);
    await sleep(FORWARD_MS);
    await endSocat(was.socat);
    clearStaleLink(link);
  };
  const noticeEnd = async (mine: Plugged): Promise<void> => {
    await mine.socat.ended;
    mine.watch.stop();
    if (plugged !== mine) return;
    plugged = undefined;
    clearStaleLink(link);
    onUnplugged('socat');
  };
  const adopt = (socat: Socat, terminal: string): void => {
    const { child } = socat;
    const watch = watchPty(terminal, child.pid ?? 0);
    const mine: Plugged = { socat, watch };
    plugged = mine;
    child.stdout.on('data', (bytes: Buffer) => {
      watch.noteReceived(bytes.length);
      if (plugged === mine) driver.receive(bytes);
    });
    void noticeEnd(mine);
  };
  const plug = async (): Promise<PlugResult> => {
    if (plugged !== undefined || !clearStaleLink(link)) return refuse('LINK_TAKEN', link);
    const program = options.socat ?? 'socat';
    const socat = startSocat(program, link);
    if (socat === undefined) return refuse('SOCAT_MISSING', program);
    const terminal = await waitForLink(link, socat.ended);
    if (terminal === undefined) {
      await endSocat(socat);
      return refuse('PTY_FAILED', socat.complaint());
    }
    adopt(socat, terminal);
    driver.start();
    return { ok: true, terminal };
  };
  return {
    plug,
    unplug,
    /** Plugs in again under the same link, on a new terminal. */
    replug: plug,
    close: async (): Promise<void> => {
      driver.stop();
      await unplug();
    },
    isPlugged: (): boolean => plugged !== undefined,
    socatPid: (): number | undefined => plugged?.socat.child.pid,
    stats: driver.stats,
  };
}
