import type { HubMessage } from '../../contracts/hubProcess.ts';

/** The process that started this hub, as the hub sees it. */
export type ParentPort = {
  send(message: HubMessage): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The parent ended without a word. */
  onGone(listener: () => void): void;
};

const PARENT_CHECK = 1000;

/** What Electron adds to `process` in a utilityProcess; its types are not for this folder. */
type UtilityPort = {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
};

/** @returns the port of a utilityProcess or of a forked child; null when nobody started this. */
export function findParentPort(): ParentPort | null {
  const utility = (process as { readonly parentPort?: UtilityPort }).parentPort;
  if (utility !== undefined) {
    return {
      send: (message) => utility.postMessage(message),
      onMessage: (listener) => utility.on('message', (event) => listener(event.data)),
      onGone: onOrphaned,
    };
  }
  if (process.send === undefined) {
    return null;
  }
  const send = process.send.bind(process);
  return {
    send: (message) => {
      if (process.connected) {
        send(message);
      }
    },
    onMessage: (listener) => process.on('message', listener),
    onGone: (listener) => {
      process.once('disconnect', listener);
      onOrphaned(listener);
    },
  };
}

/** A killed parent says nothing: the system gives its children to another one. */
function onOrphaned(listener: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) {
      clearInterval(timer);
      listener();
    }
  }, PARENT_CHECK);
  timer.unref();
}
