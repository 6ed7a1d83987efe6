import { constants } from 'node:fs';
import { open, readdir, readFile, readlink } from 'node:fs/promises';

const NUMBER = /^\d+$/;

async function holdsOpen(pid: string, path: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`${folder}/${descriptor}`).catch(() => '');
    if (target === path) return true;
  }
  return false;
}

/** Whether any process besides `exceptPid` (that we may look into) has the terminal `path` open. */
export async function hasReader(path: string, exceptPid: number): Promise<boolean> {
  const pids = (await readdir('/proc')).filter((name) => NUMBER.test(name));
  for (const pid of pids) {
    if (Number(pid) !== exceptPid && (await holdsOpen(pid, path))) return true;
  }
  return false;
}

/** Bytes that a process has written so far, to all its descriptors; undefined when not readable. */
export async function bytesWritten(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '');
  const match = /^wchar: (\d+)$/m.exec(text);
  return match === null ? undefined : Number(match[1]);
}

/** Throws away what waits in the terminal's input queue. */
export async function drainTerminal(path: string): Promise<void> {
  const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
  const terminal = await open(path, flags);
  try {
    const scrap = Buffer.alloc(4096);
    for (;;) {
      // EAGAIN: empty. EIO: the other side is gone. Either way nothing is left to drain.
      const read = await terminal.read(scrap, 0, scrap.length, null).catch(() => undefined);
      if (read === undefined || read.bytesRead === 0) return;
    }
  } finally {
    await terminal.close();
  }
}
