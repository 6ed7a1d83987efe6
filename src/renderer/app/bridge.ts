import { z } from 'zod';
import { type CallClient, createClient } from '../../contracts/calls.ts';
import { FaultSchema, failed, type Result } from '../../contracts/faults.ts';
import { IPC_CALLS, type IpcCalls, type IpcNotice, IpcNoticeSchema } from '../../contracts/ipc.ts';
import { IPC_STREAM_CHANNEL } from '../../contracts/ipcChannels.ts';

/** What the preload script exposes; nothing else of the machine is within reach of the page. */
export type Bridge = {
  readonly call: (name: string, input: unknown) => Promise<unknown>;
  /** @returns unsubscribes */
  readonly onNotice: (listener: (notice: unknown) => void) => () => void;
};

declare global {
  interface Window {
    readonly chariot?: Bridge;
  }
}

export type CartMain = {
  readonly calls: CallClient<IpcCalls>;
  readonly onNotice: (listener: (notice: IpcNotice) => void) => () => void;
  /** The device host's stream port comes by the window's own messages, again after a restart. */
  readonly onStreamPort: (listener: (port: MessagePort) => void) => () => void;
};

const AnswerSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), fault: FaultSchema }),
]);

export function connectMain(bridge: Bridge): CartMain {
  return {
    calls: createClient(
      IPC_CALLS,
      (name, input) => send(bridge, name, input),
      'IPC_OUTPUT_INVALID',
    ),
    onNotice: (listener) =>
      bridge.onNotice((raw) => {
        const notice = IpcNoticeSchema.safeParse(raw);
        if (notice.success) {
          listener(notice.data);
        }
      }),
    onStreamPort: (listener) => {
      const receive = (event: MessageEvent<unknown>): void => {
        const port = event.ports[0];
        if (event.source === window && event.data === IPC_STREAM_CHANNEL && port !== undefined) {
          listener(port);
        }
      };
      window.addEventListener('message', receive);
      return () => {
        window.removeEventListener('message', receive);
      };
    },
  };
}

async function send(bridge: Bridge, name: string, input: unknown): Promise<Result<unknown>> {
  try {
    const answer = AnswerSchema.safeParse(await bridge.call(name, input));
    return answer.success ? answer.data : failed('IPC_OUTPUT_INVALID', { call: name });
  } catch {
    // Electron rejects when main has no handler (yet) or is closing.
    return failed('IPC_UNKNOWN_CALL', { call: name });
  }
}
