import type { z } from 'zod';
import { type FaultCode, failed, type Result } from './faults.ts';
import type { Role } from './roles.ts';

/**
 * One object of these is the single source of a protocol: handlers, router and client are derived
 * from it, so that a missing handler or a wrong argument does not compile.
 */
export type CallDefinition = {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** Who may call. */
  readonly roles: readonly Role[];
};
export type CallTable = Readonly<Record<string, CallDefinition>>;

export type CallName<T extends CallTable> = Extract<keyof T, string>;
export type CallInput<T extends CallTable, K extends CallName<T>> = z.infer<T[K]['input']>;
export type CallOutput<T extends CallTable, K extends CallName<T>> = z.infer<T[K]['output']>;

/** `context` is what the edge knows about the caller (its window, its socket). */
export type CallHandlers<T extends CallTable, C> = {
  readonly [K in CallName<T>]: (
    input: CallInput<T, K>,
    context: C,
  ) => Promise<Result<CallOutput<T, K>>> | Result<CallOutput<T, K>>;
};

export type CallClient<T extends CallTable> = {
  readonly [K in CallName<T>]: (input: CallInput<T, K>) => Promise<Result<CallOutput<T, K>>>;
};

type RouterFaults = {
  readonly unknown: FaultCode;
  readonly malformed: FaultCode;
  readonly output: FaultCode;
};

export type CallRouter<C> = (
  name: string,
  input: unknown,
  caller: { readonly role: Role | null; readonly context: C },
) => Promise<Result<unknown>>;

/**
 * Parses the input, checks the role, runs, parses the output. A handler's exception is a bug: it is
 * handed to `onBug` and answered as INTERNAL, so that one caller cannot stop the service.
 */
export function createRouter<T extends CallTable, C>(
  table: T,
  handlers: CallHandlers<T, C>,
  faults: RouterFaults,
  onBug: (name: string, error: unknown) => void,
): CallRouter<C> {
  const known = new Set<string>(Object.keys(table));
  return async (name, input, caller) => {
    if (!known.has(name)) {
      return failed(faults.unknown);
    }
    const definition = table[name as CallName<T>];
    const handler = handlers[name as CallName<T>];
    if (definition === undefined) {
      return failed(faults.unknown);
    }
    if (caller.role === null || !definition.roles.includes(caller.role)) {
      return failed('ROLE_FORBIDDEN');
    }
    const parsed = definition.input.safeParse(input);
    if (!parsed.success) {
      return failed(faults.malformed, { call: name });
    }
    try {
      const result = await handler(parsed.data as CallInput<T, CallName<T>>, caller.context);
      if (!result.ok) {
        return result;
      }
      const output = definition.output.safeParse(result.value);
      return output.success
        ? { ok: true, value: output.data }
        : failed(faults.output, { call: name });
    } catch (error) {
      onBug(name, error);
      return failed('INTERNAL', { call: name });
    }
  };
}

/** @param send carries one call and resolves with the other side's raw answer, never rejects. */
export function createClient<T extends CallTable>(
  table: T,
  send: (name: string, input: unknown) => Promise<Result<unknown>>,
  malformedAnswer: FaultCode,
): CallClient<T> {
  const client: Record<string, (input: unknown) => Promise<Result<unknown>>> = {};
  for (const [name, definition] of Object.entries(table)) {
    client[name] = async (input) => {
      const answer = await send(name, input);
      if (!answer.ok) {
        return answer;
      }
      const output = definition.output.safeParse(answer.value);
      return output.success
        ? { ok: true, value: output.data }
        : failed(malformedAnswer, { call: name });
    };
  }
  return client as CallClient<T>;
}
