import { failed, type Result } from '../../contracts/faults.ts';
import {
  type HubMessage,
  type HubRequest,
  HubRequestSchema,
  type HubSettings,
} from '../../contracts/hubProcess.ts';
import type { Hub } from '../hub.ts';
import type { Log } from '../log.ts';
import type { ParentPort } from './parentPort.ts';

type TokenRequest = Extract<HubRequest, { kind: 'token' | 'uploadToken' }>;

type ServiceDeps = {
  readonly start: (settings: HubSettings) => Promise<Result<Hub>>;
  /** Ends the process: 0 when the hub was closed, 1 when it could not start. */
  readonly exit: (code: number) => void;
  readonly log: Log;
};

/**
 * Runs one hub for its parent: contracts/hubProcess.ts. A refused token is not answered, since
 * `failed` speaks of the hub as a whole; the parent gives up waiting.
 * @returns asks for the orderly end, as `stop` does.
 */
export function serveParent(port: ParentPort, deps: ServiceDeps): () => void {
  const service = new Service(port, deps);
  const end = () => void service.stop();
  port.onMessage((message) => {
    const request = HubRequestSchema.safeParse(message);
    if (!request.success) {
      deps.log('parent.malformed');
      return;
    }
    switch (request.data.kind) {
      case 'start':
        void service.start(request.data.settings);
        break;
      case 'token':
      case 'uploadToken':
        void service.issue(request.data);
        break;
      case 'stop':
        end();
        break;
    }
  });
  port.onGone(end);
  return end;
}

class Service {
  readonly #port: ParentPort;
  readonly #deps: ServiceDeps;
  #hub: Promise<Result<Hub>> | null = null;
  #stopping = false;

  constructor(port: ParentPort, deps: ServiceDeps) {
    this.#port = port;
    this.#deps = deps;
  }

  async start(settings: HubSettings): Promise<void> {
    if (this.#hub !== null || this.#stopping) {
      this.#deps.log('parent.unexpected', { kind: 'start' });
      return;
    }
    this.#hub = this.#deps.start(settings);
    const started = await this.#hub;
    if (started.ok) {
      this.#port.send(describeUp(started.value));
      return;
    }
    this.#deps.log('hub.failed', { code: started.fault.code });
    this.#port.send({ kind: 'failed', fault: started.fault });
    if (!this.#stopping) {
      this.#deps.exit(1);
    }
  }

  async issue(request: TokenRequest): Promise<void> {
    const started = await this.#hub;
    const token = started?.ok ? tokenOf(started.value, request) : failed('HUB_UNAVAILABLE');
    if (token.ok) {
      this.#port.send({ kind: 'token', id: request.id, token: token.value });
    } else {
      this.#deps.log('token.refused', { code: token.fault.code });
    }
  }

  async stop(): Promise<void> {
    if (this.#stopping) {
      return;
    }
    this.#stopping = true;
    const started = await this.#hub;
    if (started?.ok) {
      await started.value.close();
    }
    this.#deps.exit(0);
  }
}

function tokenOf(hub: Hub, request: TokenRequest): Result<string> {
  return request.kind === 'token' ? hub.issueToken(request) : hub.issueUploadToken(request);
}

function describeUp(hub: Hub): HubMessage {
  const { port, mediaPort, outsidePort, certificateSha256, spkiSha256, mediasoup, workerPid } = hub;
  return {
    kind: 'up',
    port,
    mediaPort,
    outsidePort,
    certificateSha256,
    spkiSha256,
    mediasoup,
    workerPid,
  };
}
