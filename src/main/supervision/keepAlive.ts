import type { ChildProcess } from './childProcess.ts';
import { type RestartPolicy, restartDelay } from './restartPolicy.ts';

/** A process that ends is forked again; one that will not end when it should is killed. */
export type KeptProcess<Port> = {
  /** null between an end and the next start. */
  child(): ChildProcess<Port> | null;
  /** Kills the running process; it is started again like after any other end. */
  restart(): void;
  /** @param ask tells the process to end; it gets STOP_TIMEOUT_MS for it. Resolves when it is gone. */
  close(ask: (child: ChildProcess<Port>) => void): Promise<void>;
};

const STOP_TIMEOUT_MS = 4_000;

export function keepAlive<Port>(dependencies: {
  readonly fork: () => ChildProcess<Port>;
  readonly policy: RestartPolicy;
  readonly now: () => number;
  /** The first start waits for it. */
  readonly begin: Promise<void> | null;
  /** @param starts how often it was forked, this one included. */
  readonly onStart: (child: ChildProcess<Port>, starts: number) => void;
  /** It ended unasked, and starts again after `delayMs`. */
  readonly onEnd: (end: { readonly exitCode: number; readonly delayMs: number }) => void;
}): KeptProcess<Port> {
  const { fork, policy, now } = dependencies;
  const exits: number[] = [];
  let child: ChildProcess<Port> | null = null;
  let starts = 0;
  let closing = false;
  let restartTimer: ReturnType<typeof setTimeout> | undefined;
  let onGone: () => void = () => undefined;

  function start(): void {
    if (closing) {
      return;
    }
    const started = fork();
    child = started;
    starts++;
    started.onExit((exitCode) => {
      child = null;
      if (closing) {
        onGone();
        return;
      }
      exits.push(now());
      const delayMs = restartDelay(policy, exits, now());
      dependencies.onEnd({ exitCode, delayMs });
      restartTimer = setTimeout(start, delayMs);
    });
    dependencies.onStart(started, starts);
  }

  if (dependencies.begin === null) {
    start();
  } else {
    void dependencies.begin.then(start);
  }
  return {
    child: () => child,
    restart: () => child?.killHard(),
    close: async (ask) => {
      closing = true;
      clearTimeout(restartTimer);
      const target = child;
      if (target === null) {
        return;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => target.killHard(), STOP_TIMEOUT_MS);
        onGone = () => {
          clearTimeout(timer);
          resolve();
        };
        ask(target);
      });
    },
  };
}
