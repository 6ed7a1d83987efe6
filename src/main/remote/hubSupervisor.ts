import type { Fault } from '../../contracts/faults.ts';
import { type HubMessage, HubMessageSchema, type HubSettings } from '../../contracts/hubProcess.ts';
import type { HubState } from '../../contracts/ipc.ts';
import type { Role } from '../../contracts/roles.ts';
import type { ChildProcess } from '../supervision/childProcess.ts';
import { type RestartPolicy, restartDelay } from '../supervision/restartPolicy.ts';

export type HubUp = Extract<HubMessage, { kind: 'up' }>;

export type HubSupervisor = {
  state(): HubState;
  /** Facts of the running hub; null while it is down. */
  facts(): HubUp | null;
  /** Resolves with null when the hub is down or does not answer. */
  issueToken(request: { room: string; role: Role; lifetimeMs: number }): Promise<string | null>;
  pid(): number | null;
  close(): Promise<void>;
};

type Dependencies = {
  readonly fork: () => ChildProcess<never>;
  readonly settings: HubSettings;
  /** The first start waits for it: a cart shows its first heartbeat before it opens its doors. */
  readonly begin: Promise<void>;
  readonly policy: RestartPolicy;
  readonly now: () => number;
  readonly onState: (state: HubState) => void;
  readonly log: (entry: { code: string; [key: string]: string | number }) => void;
};

const TOKEN_TIMEOUT_MS = 3_000;
const STOP_TIMEOUT_MS = 3_000;

/**
 * Keeps the embedded hub alive, after the first start always on the ports that it had: windows and
 * physicians come back to the address that they know.
 */
export function superviseHub(dependencies: Dependencies): HubSupervisor {
  const { fork, policy, now, log } = dependencies;
  const tokens = new Map<number, (token: string | null) => void>();
  const exits: number[] = [];
  let settings = dependencies.settings;
  let state: HubState = { state: 'starting' };
  let child: ChildProcess<never> | null = null;
  let facts: HubUp | null = null;
  let lastTokenId = 0;
  let closing = false;
  let restartTimer: ReturnType<typeof setTimeout> | undefined;
  let onClosed: (() => void) | null = null;

  function become(next: HubState): void {
    state = next;
    dependencies.onState(next);
  }

  function down(reason: Fault): void {
    facts = null;
    for (const finish of tokens.values()) {
      finish(null);
    }
    become({ state: 'down', reason });
  }

  function handle(message: HubMessage): void {
    switch (message.kind) {
      case 'up':
        facts = message;
        settings = withPorts(settings, message);
        log({
          code: 'hub.up',
          port: message.port,
          pid: child?.pid ?? 0,
          workerPid: message.workerPid,
          outsidePort: message.outsidePort ?? message.mediaPort,
        });
        become({ state: 'up' });
        break;
      case 'token':
        tokens.get(message.id)?.(message.token);
        break;
      case 'failed':
        log({ code: 'hub.failed', fault: message.fault.code });
        down(message.fault);
        break;
    }
  }

  function start(): void {
    const started = fork();
    child = started;
    started.onMessage((raw) => {
      const message = HubMessageSchema.safeParse(raw);
      if (message.success) {
        handle(message.data);
      }
    });
    started.onExit((exitCode) => {
      child = null;
      if (closing) {
        onClosed?.();
        return;
      }
      exits.push(now());
      const delayMs = restartDelay(policy, exits, now());
      log({ code: 'hub.exit', exitCode, delayMs });
      down(state.state === 'down' ? state.reason : { code: 'HUB_UNAVAILABLE' });
      restartTimer = setTimeout(start, delayMs);
    });
    started.postMessage({ kind: 'start', settings });
  }

  void dependencies.begin.then(() => (closing ? undefined : start()));
  return {
    state: () => state,
    facts: () => facts,
    issueToken: ({ room, role, lifetimeMs }) => {
      const target = child;
      if (target === null || facts === null) {
        return Promise.resolve(null);
      }
      const id = ++lastTokenId;
      return new Promise((resolve) => {
        const timer = setTimeout(() => finish(null), TOKEN_TIMEOUT_MS);
        const finish = (token: string | null): void => {
          clearTimeout(timer);
          tokens.delete(id);
          resolve(token);
        };
        tokens.set(id, finish);
        target.postMessage({ kind: 'token', id, room, role, lifetimeMs });
      });
    },
    pid: () => child?.pid ?? null,
    close: async () => {
      closing = true;
      clearTimeout(restartTimer);
      const target = child;
      if (target === null) {
        return;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => target.kill(), STOP_TIMEOUT_MS);
        onClosed = () => {
          clearTimeout(timer);
          resolve();
        };
        target.postMessage({ kind: 'stop' });
      });
    },
  };
}

function withPorts(settings: HubSettings, up: HubUp): HubSettings {
  const media = { ...settings.media, port: up.mediaPort };
  const next: HubSettings = { ...settings, port: up.port, media };
  if (settings.outside !== undefined && up.outsidePort !== null) {
    next.outside = { ...settings.outside, port: up.outsidePort };
  }
  return next;
}
