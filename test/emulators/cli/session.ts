import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { PtyFault } from '../host/pty.ts';

/** Exit codes, numbered as in sysexits.h. */
export const EXIT = {
  ok: 0,
  usage: 64,
  noInput: 66,
  noSocat: 69,
  noExporter: 69,
  noPty: 73,
  noStamps: 74,
} as const;

export type RunIo = {
  /** One JSON line. */
  readonly print: (event: Readonly<Record<string, unknown>>) => void;
  readonly complain: (sentence: string) => void;
  readonly stdin: Readable;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
};

export const PTY_SENTENCES: Record<PtyFault['code'], (detail: string) => [number, string]> = {
  SOCAT_MISSING: (detail) => [EXIT.noSocat, `${detail} is not installed (apt-get install socat)`],
  LINK_TAKEN: (detail) => [EXIT.noPty, `${detail} exists already`],
  PTY_FAILED: (detail) => [EXIT.noPty, `the terminal could not be made: ${detail}`],
};

/** What a line on standard input can ask of a running emulator. Each prints its own outcome. */
export type Commands = {
  readonly stats: () => Readonly<Record<string, unknown>>;
  readonly isPlugged: () => boolean;
  readonly unplug: () => void | Promise<void>;
  readonly replug: () => void | Promise<void>;
};

/** Obeys lines until `quit`, the end of input, the end of `seconds`, or a signal. */
export async function obeyLines(
  commands: Commands,
  seconds: number | undefined,
  io: RunIo,
): Promise<void> {
  const lines = createInterface({ input: io.stdin, signal: io.signal });
  const timeout =
    seconds === undefined ? undefined : setTimeout(() => lines.close(), seconds * 1000);
  try {
    for await (const line of lines) {
      const command = line.trim();
      if (command === 'quit') return;
      if (command === 'stats') io.print({ event: 'stats', ...commands.stats() });
      else if (command === 'replug') await commands.replug();
      else if (command === 'unplug' && commands.isPlugged()) {
        await commands.unplug();
        io.print({ event: 'unplugged', cause: 'command' });
      } else if (command !== '') io.print({ event: 'refused', command });
    }
  } finally {
    clearTimeout(timeout);
    lines.close();
  }
}
