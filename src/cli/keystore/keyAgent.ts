import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { KeyAnswerSchema, KeyGreetingSchema, type KeyQuestion } from '../../main/app/keyAgent.ts';
import type { Keystore } from '../../main/store/types.ts';

export type KeyAgent = { readonly keystore: Keystore; readonly close: () => Promise<void> };

export type AgentProgram = {
  readonly program: string;
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** How long it may take to say that it is there. */
  readonly patienceMs: number;
};

/**
 * Starts Chariot as a key agent, and speaks with it through its input and output. Fails with
 * KEYSTORE_UNAVAILABLE: `reason` is silent or ended.
 */
export async function startKeyAgent(agent: AgentProgram): Promise<Result<KeyAgent>> {
  const child = spawn(agent.program, agent.words, {
    env: agent.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
    child.on('error', () => resolve());
  });
  const close = async (): Promise<void> => {
    child.stdin.end();
    child.kill();
    await ended;
  };
  // A question to an agent that is gone is answered by its end.
  child.stdin.on('error', () => undefined);
  const hear = listenTo(child, ended);
  const timer = setTimeout(() => child.kill(), agent.patienceMs);
  const greeting = await hear(KeyGreetingSchema);
  clearTimeout(timer);
  if (greeting === null) {
    const reason = child.killed ? 'silent' : 'ended';
    await close();
    return failed('KEYSTORE_UNAVAILABLE', { reason });
  }
  let turn: Promise<unknown> = Promise.resolve();
  // One after the other: an answer says nothing of its question.
  const ask = (op: KeyQuestion['op'], bytes: Uint8Array): Promise<Uint8Array | null> => {
    const answer = turn.then(async () => {
      const question: KeyQuestion = { op, bytes: Buffer.from(bytes).toString('base64') };
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const heard = (await hear(KeyAnswerSchema))?.bytes ?? null;
      return heard === null ? null : new Uint8Array(Buffer.from(heard, 'base64'));
    });
    turn = answer;
    return answer;
  };
  const keystore: Keystore = {
    protection: greeting.protection,
    protect: (bytes) => ask('protect', bytes),
    unprotect: (bytes) => ask('unprotect', bytes),
  };
  return ok({ keystore, close });
}

type Schema<T> = { safeParse(value: unknown): { success: true; data: T } | { success: false } };

/**
 * @returns what waits for the next line of a shape: what Chromium itself prints is passed over. null:
 *   the program has ended.
 */
function listenTo(
  child: ChildProcess,
  ended: Promise<void>,
): <T>(schema: Schema<T>) => Promise<T | null> {
  const lines: unknown[] = [];
  let wake = (): void => undefined;
  let isOver = false;
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(parseJson(line));
      wake();
    });
  }
  void ended.then(() => {
    isOver = true;
    wake();
  });
  return async (schema) => {
    for (;;) {
      while (lines.length > 0) {
        const parsed = schema.safeParse(lines.shift());
        if (parsed.success) {
          return parsed.data;
        }
      }
      if (isOver) {
        return null;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
