import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { CallName, CallOutput } from '../../src/contracts/calls.ts';
import type { HubSettings } from '../../src/contracts/hubProcess.ts';
import type { Role } from '../../src/contracts/roles.ts';
import {
  SIGNALLING_CALLS,
  SIGNALLING_PATH,
  SIGNALLING_PROTOCOL,
  type SignallingCalls,
  type SignallingMessage,
  SignallingMessageSchema,
  type SignallingNotice,
} from '../../src/contracts/signalling.ts';
import { SYSTEM_CLOCK } from '../../src/hub/clock.ts';
import { type Hub, startHub } from '../../src/hub/hub.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/hub/limits.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const HOUR = 60 * 60 * 1000;

function workerBinary(): string {
  const file = join(ROOT, 'build/runtime.json');
  if (!existsSync(file)) {
    throw new Error(`${file} is missing: run "npm run setup" first`);
  }
  const runtime = JSON.parse(readFileSync(file, 'utf8'));
  const binary: unknown = runtime.mediasoupWorker?.binary;
  if (typeof binary !== 'string' || !existsSync(binary)) {
    throw new Error(`${file} names no mediasoup worker: run "npm run setup" first`);
  }
  return binary;
}

export type HubFolder = { readonly settings: HubSettings; remove(): Promise<void> };

/** A data folder and a page of one script, on any free ports. */
export async function hubFolder(): Promise<HubFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'chariot-hub-'));
  const pageDir = join(folder, 'page');
  await mkdir(join(pageDir, 'assets'), { recursive: true });
  await writeFile(join(pageDir, 'index.html'), '<!doctype html><title>Chariot</title>');
  await writeFile(join(pageDir, 'assets', 'main-1a2b.js'), 'export {};');
  await writeFile(join(pageDir, '.hidden.txt'), 'hidden');
  await writeFile(join(folder, 'outside.txt'), 'outside');
  return {
    settings: { dataDir: join(folder, 'data'), pageDir, workerBin: workerBinary() },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export type TestHub = {
  readonly hub: Hub;
  readonly pem: string;
  readonly logged: string[];
  token(role: Role, room?: string, lifetimeMs?: number): string;
  connect(options?: { origin?: string; autoPong?: boolean }): Promise<HubClient>;
  /** A client that has joined. */
  join(role: Role, peerId: string, room?: string): Promise<HubClient>;
  close(): Promise<void>;
};

export async function startTestHub(
  overrides: { settings?: Partial<HubSettings>; limits?: Partial<Limits> } = {},
): Promise<TestHub> {
  const folder = await hubFolder();
  const settings = { ...folder.settings, ...overrides.settings };
  const logged: string[] = [];
  const started = await startHub(settings, {
    log: (event, facts) => logged.push(JSON.stringify({ event, ...facts })),
    clock: SYSTEM_CLOCK,
    randomBytes,
    limits: { ...DEFAULT_LIMITS, ...overrides.limits },
  });
  if (!started.ok) {
    await folder.remove();
    throw new Error(`the hub did not start: ${JSON.stringify(started.fault)}`);
  }
  const hub = started.value;
  const pem = await readFile(join(settings.dataDir, 'hub-tls.pem'), 'utf8');
  const clients: HubClient[] = [];

  function token(role: Role, room = 'salle', lifetimeMs = HOUR): string {
    const issued = hub.issueToken({ room, role, lifetimeMs });
    if (!issued.ok) {
      throw new Error(issued.fault.code);
    }
    return issued.value;
  }
  async function connect(options: { origin?: string; autoPong?: boolean } = {}) {
    const client = await HubClient.connect(hub.port, pem, options);
    clients.push(client);
    return client;
  }
  return {
    hub,
    pem,
    logged,
    token,
    connect,
    join: async (role, peerId, room) => {
      const client = await connect();
      await client.value('join', { token: token(role, room), peerId, displayName: role });
      return client;
    },
    close: async () => {
      for (const client of clients) {
        client.socket.terminate();
      }
      await hub.close();
      await folder.remove();
    },
  };
}

type Answer = Extract<SignallingMessage, { ok: boolean }>;

/** A bare signalling client: it sends what it is told and keeps all that it hears. */
export class HubClient {
  readonly socket: WebSocket;
  readonly heard: SignallingMessage[] = [];
  readonly closed: Promise<number>;
  #lastId = 0;
  #onHeard = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', (code) => {
        resolve(code);
        this.#tell();
      });
    });
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      this.heard.push(SignallingMessageSchema.parse(JSON.parse(data.toString('utf8'))));
      this.#tell();
    });
  }

  /** Trusts the certificate of the hub alone, by the name that it is reached by. */
  static async connect(
    port: number,
    pem: string,
    options: { origin?: string; autoPong?: boolean } = {},
  ): Promise<HubClient> {
    const url = `wss://127.0.0.1:${port}${SIGNALLING_PATH}`;
    const socket = new WebSocket(url, SIGNALLING_PROTOCOL, {
      ca: pem,
      ...(options.origin === undefined ? {} : { origin: options.origin }),
      ...(options.autoPong === undefined ? {} : { autoPong: options.autoPong }),
    });
    const client = new HubClient(socket);
    await once(socket, 'open');
    return client;
  }

  get notices(): SignallingNotice[] {
    return this.heard.filter((message) => 'notice' in message);
  }

  get faults(): Answer[] {
    return this.heard.filter((message): message is Answer => 'ok' in message && !message.ok);
  }

  send(data: string | Buffer): void {
    this.socket.send(data);
  }

  /** Resolves with the answer as it came. */
  async call(call: string, input: unknown): Promise<Answer> {
    const id = ++this.#lastId;
    this.send(JSON.stringify({ id, call, input }));
    return await this.until((message): message is Answer => 'id' in message && message.id === id);
  }

  /** Resolves with the value of an answer that must be good. */
  async value<K extends CallName<SignallingCalls>>(
    call: K,
    input: unknown,
  ): Promise<CallOutput<SignallingCalls, K>> {
    const answer = await this.call(call, input);
    if (!answer.ok) {
      throw new Error(`${call}: ${JSON.stringify(answer.fault)}`);
    }
    return SIGNALLING_CALLS[call].output.parse(answer.value) as CallOutput<SignallingCalls, K>;
  }

  async notice<N extends SignallingNotice['notice']>(
    name: N,
  ): Promise<Extract<SignallingNotice, { notice: N }>> {
    return await this.until(
      (message): message is Extract<SignallingNotice, { notice: N }> =>
        'notice' in message && message.notice === name,
    );
  }

  /** Resolves with the first message heard, since the beginning, that `is` what is waited for. */
  async until<T extends SignallingMessage>(is: (message: SignallingMessage) => message is T) {
    for (;;) {
      const found = this.heard.find(is);
      if (found !== undefined) {
        return found;
      }
      if (this.socket.readyState === WebSocket.CLOSED) {
        throw new Error('the hub closed the socket');
      }
      await new Promise<void>((resolve) => this.#onHeard.add(resolve));
    }
  }

  #tell(): void {
    const waiting = this.#onHeard;
    this.#onHeard = new Set();
    for (const resolve of waiting) {
      resolve();
    }
  }
}

export const FINGERPRINT = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};

/** What a browser that encodes VP8 would send, as mediasoup reads it. */
export function vp8Parameters(ssrc: number) {
  return {
    mid: '0',
    codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90000, rtcpFeedback: [] }],
    encodings: [{ ssrc }],
    rtcp: { cname: 'camera' },
  };
}
