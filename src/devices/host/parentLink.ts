import type { StreamPort } from './liveStream.ts';

/** The side of main: Electron's utilityProcess, or a plain fork in tests and benches. */
export type ParentLink = {
  post(message: unknown): void;
  onMessage(listener: (message: unknown, ports: readonly StreamPort[]) => void): void;
  /** The parent is gone: a host without one has nobody to stream to. */
  onGone(listener: () => void): void;
};

type ElectronPort = {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
};

type ElectronParentPort = {
  postMessage(message: unknown): void;
  on(
    event: 'message',
    listener: (event: { data: unknown; ports: readonly ElectronPort[] }) => void,
  ): unknown;
};

/** @returns null where there is neither: the host was started by hand. */
export function findParent(): ParentLink | null {
  const electron = (process as { parentPort?: ElectronParentPort }).parentPort;
  if (electron !== undefined) {
    return {
      post: (message) => electron.postMessage(message),
      onMessage: (listener) => {
        electron.on('message', ({ data, ports }) => listener(data, ports.map(asStreamPort)));
      },
      // Electron ends a utility process together with its parent.
      onGone: () => {},
    };
  }
  if (process.send === undefined) {
    return null;
  }
  return {
    post: (message) => {
      if (process.connected) {
        process.send?.(message);
      }
    },
    onMessage: (listener) => {
      process.on('message', (message) => listener(message, []));
    },
    onGone: (listener) => {
      process.on('disconnect', listener);
    },
  };
}

function asStreamPort(port: ElectronPort): StreamPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', ({ data }) => listener(data));
      port.start();
    },
    onClose: (listener) => {
      port.on('close', listener);
    },
    close: () => port.close(),
  };
}
