import type { ChildProcess } from './childProcess.ts';

/** Stands for a child process in the supervisors' unit tests; the real ones run in test/e2e. */
export type FakeChild = ChildProcess<string> & {
  readonly sent: unknown[];
  readonly ports: string[];
  say(message: unknown): void;
  exit(code: number): void;
  readonly killed: () => boolean;
};

export function fakeChild(pid: number): FakeChild {
  const messageListeners: Array<(message: unknown) => void> = [];
  const exitListeners: Array<(code: number) => void> = [];
  const sent: unknown[] = [];
  const ports: string[] = [];
  let killed = false;
  const exit = (code: number): void => {
    for (const listener of exitListeners) {
      listener(code);
    }
  };
  return {
    pid,
    sent,
    ports,
    killed: () => killed,
    postMessage: (message, transferred) => {
      sent.push(message);
      ports.push(...(transferred ?? []));
    },
    onMessage: (listener) => messageListeners.push(listener),
    onExit: (listener) => exitListeners.push(listener),
    kill: () => {
      killed = true;
      exit(0);
    },
    killHard: () => {
      killed = true;
      exit(137);
    },
    say: (message) => {
      for (const listener of messageListeners) {
        listener(message);
      }
    },
    exit,
  };
}
