import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A helper process that takes commands as lines and answers with JSON lines. */
export type LineChild = {
  readonly pid: number;
  send(command: string): void;
  /** Resolves with the next message (or one already heard since the last call) of this event. */
  wait(event: string, timeoutMs: number): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
};

type Message = Readonly<Record<string, unknown>>;

function parse(line: string): Message | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Message) : null;
  } catch {
    return null;
  }
}

/** @throws Error, from `wait`, with the process's own last words when it ended or said nothing. */
export function spawnLines(command: string, args: readonly string[]): LineChild {
  const child: ChildProcess = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const heard: Message[] = [];
  const listeners = new Set<() => void>();
  let words = '';
  let ended = false;
  const wake = (): void => {
    for (const listener of listeners) {
      listener();
    }
  };
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = parse(line);
      if (message !== null) {
        heard.push(message);
        wake();
      }
    });
  }
  child.stderr?.on('data', (bytes: Buffer) => {
    words = (words + bytes.toString()).slice(-2000);
  });
  // A write to a process that is ending fails late; its exit tells the story.
  child.stdin?.on('error', wake);
  const exit = new Promise<void>((resolve) => {
    const finish = (): void => {
      ended = true;
      wake();
      resolve();
    };
    child.on('exit', finish);
    child.on('error', (error) => {
      words += error.message;
      finish();
    });
  });

  return {
    pid: child.pid ?? -1,
    send: (line) => {
      child.stdin?.write(`${line}\n`);
    },
    wait: (event, timeoutMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => finish(new Error(`'${event}' did not come: ${words}`)),
          timeoutMs,
        );
        const finish = (outcome: Message | Error): void => {
          clearTimeout(timer);
          listeners.delete(look);
          if (outcome instanceof Error) {
            reject(outcome);
          } else {
            resolve(outcome);
          }
        };
        const look = (): void => {
          const index = heard.findIndex((message) => message['event'] === event);
          const message = heard[index];
          if (message !== undefined) {
            heard.splice(index, 1);
            finish(message);
          } else if (ended) {
            finish(new Error(`ended before '${event}': ${words}`));
          }
        };
        listeners.add(look);
        look();
      }),
    close: async () => {
      child.stdin?.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await exit;
      clearTimeout(timer);
    },
  };
}
