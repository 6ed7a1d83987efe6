import { bytesWritten, drainTerminal, hasReader } from './ptyReaders.ts';

const PERIOD_MS = 100;
/** Above what a live reader leaves behind; the terminal's own queue (4 KiB) comes on top. */
const BACKLOG_BYTES = 2048;
const UNREAD_SCAN_EVERY = 5;

export type PtyWatch = {
  /** False while nobody has the port open: bytes are then lost, as on a real serial port. */
  readonly isRead: () => boolean;
  readonly noteSent: (bytes: number) => void;
  /** Bytes from the other side: somebody is there. */
  readonly noteReceived: (bytes: number) => void;
  readonly stop: () => void;
};

/**
 * A pty keeps what nobody reads and would give it, stale, to whoever opens the port next; a serial
 * port loses it. This watch notices the backlog (socat's own count of written bytes falls behind),
 * looks whether anybody has the terminal open, and if not throws the backlog away and refuses more
 * until somebody opens it. A slow reader keeps everything.
 */
export function watchPty(terminal: string, socatPid: number): PtyWatch {
  let sent = 0;
  let received = 0;
  let isRead = true;
  let isBusy = false;
  let ticks = 0;
  const look = async (): Promise<void> => {
    ticks += 1;
    if (isRead) {
      const written = await bytesWritten(socatPid);
      if (written === undefined || sent + received - written < BACKLOG_BYTES) return;
      isRead = await hasReader(terminal, socatPid);
    } else if (ticks % UNREAD_SCAN_EVERY === 0) {
      isRead = await hasReader(terminal, socatPid);
    }
    if (!isRead) await drainTerminal(terminal);
  };
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    // A look that fails met a terminal that is being unplugged; the next one is not needed.
    void look()
      .catch(() => undefined)
      .finally(() => {
        isBusy = false;
      });
  }, PERIOD_MS);
  timer.unref();
  return {
    isRead: () => isRead,
    noteSent: (bytes) => {
      sent += bytes;
    },
    noteReceived: (bytes) => {
      received += bytes;
      isRead = true;
    },
    stop: () => clearInterval(timer),
  };
}
