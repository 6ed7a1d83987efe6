import type { Fault } from '../../contracts/faults.ts';
import {
  type HubMessage,
  HubMessageSchema,
  type HubRequest,
  type HubSettings,
} from '../../contracts/hubProcess.ts';
import type { HubState } from '../../contracts/ipc.ts';
import type { Role } from '../../contracts/roles.ts';
import type { ChildProcess } from '../supervision/childProcess.ts';
import { keepAlive } from '../supervision/keepAlive.ts';
import type { RestartPolicy } from '../supervision/restartPolicy.ts';

export type HubUp = Extract<HubMessage, { kind: 'up' }>;

export type HubSupervisor = {
  state(): HubState;
  /** Facts of the running hub; null while it is down. */
  facts(): HubUp | null;
  /** Resolves with null when the hub is down or does not answer. */
  issueToken(request: { room: string; role: Role; lifetimeMs: number }): Promise<string | null>;
  /** Lets this cart leave objects with its hub; null as above. */
  issueUploadToken(request: { cart: string; lifetimeMs: number }): Promise<string | null>;
  /**
   * The key of the objects that carts leave. A hub that was started without it is started again: what
   * it took meanwhile would be under a key that nobody keeps.
   */
  setObjectKey(key: string): void;
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

/**
 * Keeps the embedded hub alive, after the first start always on the ports that it had: windows and
 * physicians come back to the address that they know.
 */
export function superviseHub(dependencies: Dependencies): HubSupervisor {
  const { fork, policy, now, log } = dependencies;
  const tokens = new Map<number, (token: string | null) => void>();
  let settings = dependencies.settings;
  let state: HubState = { state: 'starting' };
  let facts: HubUp | null = null;
  let lastTokenId = 0;

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
          pid: hub.child()?.pid ?? 0,
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

  const hub = keepAlive<never>({
    fork,
    policy,
    now,
    begin: dependencies.begin,
    onStart: (child) => {
      child.onMessage((raw) => {
        const message = HubMessageSchema.safeParse(raw);
        if (message.success) {
          handle(message.data);
        } else {
          log({ code: 'hub.message.malformed' });
        }
      });
      child.postMessage({ kind: 'start', settings });
    },
    onEnd: ({ exitCode, delayMs }) => {
      log({ code: 'hub.exit', exitCode, delayMs });
      down(state.state === 'down' ? state.reason : { code: 'HUB_UNAVAILABLE' });
    },
  });

  function ask(request: (id: number) => HubRequest): Promise<string | null> {
    const target = hub.child();
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
      target.postMessage(request(id));
    });
  }

  return {
    state: () => state,
    facts: () => facts,
    issueToken: (request) => ask((id) => ({ kind: 'token', id, ...request })),
    issueUploadToken: (request) => ask((id) => ({ kind: 'uploadToken', id, ...request })),
    setObjectKey: (objectKey) => {
      if (settings.objectKey !== objectKey) {
        settings = { ...settings, objectKey };
        hub.restart();
      }
    },
    pid: () => hub.child()?.pid ?? null,
    close: () => hub.close((child) => child.postMessage({ kind: 'stop' })),
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
