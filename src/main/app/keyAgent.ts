import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Keystore } from '../store/types.ts';

/** One line of JSON each way; bytes in base64. Nothing of it is ever in a file or an argument. */
const QuestionSchema = z.object({ op: z.enum(['protect', 'unprotect']), bytes: z.base64() });
export type KeyQuestion = z.infer<typeof QuestionSchema>;

/** The first line: the agent is there. */
export const KeyGreetingSchema = z.object({ protection: z.enum(['keystore', 'obfuscated']) });
/** null: as the key store answers it, or the question was none. */
export const KeyAnswerSchema = z.object({ bytes: z.base64().nullable() });

/**
 * Lends the system's key store, which only Electron reaches, to the command line that started this
 * process: answers each line of its input until the input ends.
 */
export async function runKeyAgent(
  keystore: Keystore,
  { stdin, stdout }: { stdin: NodeJS.ReadableStream; stdout: NodeJS.WritableStream },
): Promise<void> {
  const say = (line: z.infer<typeof KeyGreetingSchema> | z.infer<typeof KeyAnswerSchema>): void => {
    stdout.write(`${JSON.stringify(line)}\n`);
  };
  const lines = createInterface({ input: stdin });
  say({ protection: keystore.protection });
  for await (const line of lines) {
    say({ bytes: await answer(keystore, line) });
  }
}

async function answer(keystore: Keystore, line: string): Promise<string | null> {
  const question = QuestionSchema.safeParse(parseJson(line));
  if (!question.success) {
    return null;
  }
  const { op, bytes } = question.data;
  const result = await keystore[op](Buffer.from(bytes, 'base64'));
  return result === null ? null : Buffer.from(result).toString('base64');
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
