import { read } from 'node:fs';
import { SerialPort } from 'serialport';
import type { serialSettings } from './serialSettings.ts';

/** What the reader needs of an open port. */
export type SerialBinding = {
  /** Waits for bytes; rejects when the port is gone or closed. */
  read(buffer: Buffer, offset: number, length: number): Promise<{ bytesRead: number }>;
  write(buffer: Buffer): Promise<void>;
  close(): Promise<void>;
};

/** The Linux and macOS bindings, as far as they are used here. */
type UnixPort = {
  readonly fd: number | null;
  readonly poller: {
    once(event: 'readable', listener: (error: Error | null) => void): unknown;
  };
};

export async function openNativePort(
  options: ReturnType<typeof serialSettings>,
): Promise<SerialBinding> {
  const port: unknown = await SerialPort.binding.open(options);
  const binding = port as SerialBinding;
  return isUnixPort(port) ? withHangup(binding, port) : binding;
}

function isUnixPort(port: unknown): port is UnixPort {
  return typeof port === 'object' && port !== null && 'poller' in port && 'fd' in port;
}

/**
 * A terminal that was hung up reads as zero bytes. The binding takes zero for "nothing yet" and asks
 * again at once, for ever, so that an unplugging between two reads would never be noticed and would
 * cost a processor. Reading is therefore done here, with the binding's descriptor and poller.
 */
function withHangup(binding: SerialBinding, port: UnixPort): SerialBinding {
  return {
    read: async (buffer, offset, length) => {
      for (;;) {
        const bytesRead = await readNow(port.fd, buffer, offset, length);
        if (bytesRead === 0) {
          throw new Error('hung up');
        }
        if (bytesRead !== null) {
          return { bytesRead };
        }
        await readable(port);
      }
    },
    write: (buffer) => binding.write(buffer),
    close: () => binding.close(),
  };
}

const NOTHING_YET = new Set(['EAGAIN', 'EWOULDBLOCK', 'EINTR']);

/** @returns null when there is nothing yet. */
function readNow(
  fd: number | null,
  buffer: Buffer,
  offset: number,
  length: number,
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    if (fd === null) {
      reject(new Error('closed'));
      return;
    }
    read(fd, buffer, offset, length, null, (error, bytesRead) => {
      if (error === null) {
        resolve(bytesRead);
      } else if (NOTHING_YET.has(error.code ?? '')) {
        resolve(null);
      } else {
        reject(error);
      }
    });
  });
}

function readable(port: UnixPort): Promise<void> {
  return new Promise((resolve, reject) => {
    // A closed port has no poller left to answer.
    if (port.fd === null) {
      reject(new Error('closed'));
      return;
    }
    port.poller.once('readable', (error) => (error === null ? resolve() : reject(error)));
  });
}
