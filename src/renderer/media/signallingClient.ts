import { type CallClient, createClient } from '../../contracts/calls.ts';
import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import {
  SIGNALLING_CALLS,
  SIGNALLING_PROTOCOL,
  type SignallingCalls,
  SignallingMessageSchema,
  type SignallingNotice,
} from '../../contracts/signalling.ts';
import { deferred } from './deferred.ts';
import type { Timers } from './timers.ts';

/** What is used of a WebSocket. */
export type SignallingSocket = {
  addEventListener(
    type: 'open' | 'message' | 'close',
    listener: (event: Event) => void,
    options: { readonly signal: AbortSignal },
  ): void;
  send(text: string): void;
  close(): void;
};
export type SignallingSocketConstructor = new (url: string, protocol: string) => SignallingSocket;

/** One connection to the hub. Calls never reject: they fail with SIGNALLING_TIMEOUT or _CLOSED. */
export type SignallingClient = {
  readonly calls: CallClient<SignallingCalls>;
  readonly opened: Promise<Result<void>>;
  /** Resolves once, with the reason, when the connection is of no more use. */
  readonly closed: Promise<Fault>;
  readonly roundTripMs: () => number | null;
  readonly close: () => void;
};

const CONNECT_PATIENCE_MS = 3000;
const CALL_PATIENCE_MS = 5000;
const LIVENESS_EVERY_MS = 1500;
/** With the interval above a dead link is noticed within 4.5 s. TCP alone would wait for minutes. */
const LIVENESS_PATIENCE_MS = 3000;

type Waiting = (answer: Result<unknown>) => void;

export function createSignallingClient(deps: {
  readonly url: string;
  readonly WebSocket: SignallingSocketConstructor;
  readonly timers: Timers;
  readonly onNotice: (notice: SignallingNotice) => void;
}): SignallingClient {
  const { timers } = deps;
  const waiting = new Map<number, Waiting>();
  const opened = deferred<Result<void>>();
  const closed = deferred<Fault>();
  const listening = new AbortController();
  let socket: SignallingSocket | null = null;
  let nextId = 1;
  let roundTripMs: number | null = null;
  let ended = false;
  let stopLiveness = (): void => {};
  const cancelConnect = timers.after(CONNECT_PATIENCE_MS, () => end(fault('SIGNALLING_TIMEOUT')));

  function end(reason: Fault): void {
    if (ended) {
      return;
    }
    ended = true;
    cancelConnect();
    stopLiveness();
    // A hung socket may take minutes to close: nothing that it still does may matter here.
    listening.abort();
    socket?.close();
    for (const answer of waiting.values()) {
      answer({ ok: false, fault: reason });
    }
    opened.resolve({ ok: false, fault: reason });
    closed.resolve(reason);
  }

  function call(name: string, input: unknown): Promise<Result<unknown>> {
    if (ended || socket === null) {
      return Promise.resolve(failed('SIGNALLING_CLOSED'));
    }
    const id = nextId++;
    const answered = deferred<Result<unknown>>();
    const cancel = timers.after(CALL_PATIENCE_MS, () =>
      waiting.get(id)?.(failed('SIGNALLING_TIMEOUT', { call: name })),
    );
    waiting.set(id, (answer) => {
      cancel();
      waiting.delete(id);
      answered.resolve(answer);
    });
    socket.send(JSON.stringify({ id, call: name, input }));
    return answered.promise;
  }

  /** A browser cannot see the hub's WebSocket pings, so it asks for itself. */
  function watchLiveness(): void {
    let askedAt: number | null = null;
    stopLiveness = timers.every(LIVENESS_EVERY_MS, () => {
      if (askedAt !== null) {
        if (timers.now() - askedAt >= LIVENESS_PATIENCE_MS) {
          end(fault('SIGNALLING_TIMEOUT'));
        }
        return;
      }
      const sentAt = timers.now();
      askedAt = sentAt;
      void call('ping', {}).then((answer) => {
        askedAt = null;
        roundTripMs = answer.ok ? timers.now() - sentAt : roundTripMs;
      });
    });
  }

  function start(): void {
    cancelConnect();
    watchLiveness();
    opened.resolve(ok(undefined));
  }

  function receive(event: Event): void {
    const parsed = SignallingMessageSchema.safeParse(parseMessage(event));
    if (!parsed.success) {
      return;
    }
    const message = parsed.data;
    if ('notice' in message) {
      if (message.notice === 'closing') {
        end(fault('SIGNALLING_CLOSED', { reason: message.reason }));
      } else {
        deps.onNotice(message);
      }
    } else if (message.id !== null) {
      const answer: Result<unknown> = message.ok
        ? ok(message.value)
        : { ok: false, fault: message.fault };
      waiting.get(message.id)?.(answer);
    } else if (!message.ok) {
      // Not about a call: the hub cannot go on with this connection.
      end(message.fault);
    }
  }

  try {
    socket = new deps.WebSocket(deps.url, SIGNALLING_PROTOCOL);
    const { signal } = listening;
    socket.addEventListener('open', start, { signal });
    socket.addEventListener('message', receive, { signal });
    socket.addEventListener('close', () => end(fault('SIGNALLING_CLOSED')), { signal });
  } catch {
    // Not a WebSocket address, or one that this page may not open.
    end(fault('HUB_UNAVAILABLE'));
  }
  return {
    calls: createClient(SIGNALLING_CALLS, call, 'SIGNALLING_OUTPUT_INVALID'),
    opened: opened.promise,
    closed: closed.promise,
    roundTripMs: () => roundTripMs,
    close: () => end(fault('SIGNALLING_CLOSED')),
  };
}

function parseMessage(event: Event): unknown {
  try {
    const data: unknown = event instanceof MessageEvent ? event.data : undefined;
    return typeof data === 'string' ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}
