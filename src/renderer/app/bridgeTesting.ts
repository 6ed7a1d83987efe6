import type { CallInput, CallName } from '../../contracts/calls.ts';
import { failed, type Result } from '../../contracts/faults.ts';
import type { IpcCalls, IpcNotice } from '../../contracts/ipc.ts';
import { type CartMain, connectMain } from './bridge.ts';

type Answers = {
  [K in CallName<IpcCalls>]?: (
    input: CallInput<IpcCalls, K>,
  ) => Result<unknown> | Promise<Result<unknown>>;
};

export type ScriptedMain = {
  /** Over the real bridge: what is answered must fit the contract, as main's answers must. */
  readonly main: CartMain;
  /** May be changed at any time; a call that is missing is one that main does not know yet. */
  readonly answers: Answers;
  /** Every call so far. */
  readonly asked: { readonly name: string; readonly input: unknown }[];
  readonly tell: (notice: IpcNotice) => void;
};

/** A main process that answers as a test wrote it. */
export function scriptedMain(answers: Answers): ScriptedMain {
  const asked: { name: string; input: unknown }[] = [];
  const listeners = new Set<(notice: unknown) => void>();
  const main = connectMain({
    call: async (name, input) => {
      asked.push({ name, input });
      const answer = (answers as Record<string, ((input: unknown) => unknown) | undefined>)[name];
      return answer === undefined ? failed('IPC_UNKNOWN_CALL') : await answer(input);
    },
    onNotice: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  });
  return {
    main,
    answers,
    asked,
    tell: (notice) => {
      for (const listener of listeners) {
        listener(notice);
      }
    },
  };
}

/** Until all that was answered has been taken. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
