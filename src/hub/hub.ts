import { version as mediasoupVersion } from 'mediasoup';
import { failed, ok, type Result } from '../contracts/faults.ts';
import { type HubSettings, HubSettingsSchema } from '../contracts/hubProcess.ts';
import type { Role } from '../contracts/roles.ts';
import type { Clock } from './clock.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { errorName, type Log } from './log.ts';
import { Rooms } from './rooms/rooms.ts';
import { type HttpsServer, listenHttps } from './server/httpsServer.ts';
import { servePage } from './server/pages.ts';
import { keepRenewed } from './server/renewal.ts';
import { type Sfu, startSfu } from './sfu/sfu.ts';
import { createSignalling, type Signalling } from './signalling/signalling.ts';
import { loadStored, type ParsedSettings, type Stored } from './stored.ts';

export type HubDeps = {
  readonly log: Log;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly limits?: Limits;
};

export type Hub = {
  /** HTTPS and WebSocket. */
  readonly port: number;
  readonly mediaPort: number;
  readonly outsidePort: number | null;
  /** SHA-256 of the certificate (DER), lower-case hex. */
  readonly certificateSha256: string;
  /** Base64 SHA-256 of the certificate's public key (SPKI). */
  readonly spkiSha256: string;
  readonly mediasoup: string;
  /** Changes when the worker died and another was started. */
  readonly workerPid: number;
  /** Fails with ROOM_UNKNOWN when `room` is no room name. */
  issueToken(grant: { room: string; role: Role; lifetimeMs: number }): Result<string>;
  /** Tells every peer, then ends the sockets, the port and the worker. Idempotent. */
  close(): Promise<void>;
};

/** Fails with HUB_PORT_IN_USE or HUB_START_FAILED; then nothing is left running. */
export async function startHub(given: HubSettings, deps: HubDeps): Promise<Result<Hub>> {
  const parsed = HubSettingsSchema.safeParse(given);
  if (!parsed.success) {
    return failed('HUB_START_FAILED', { reason: 'settings' });
  }
  const { media, outside, workerBin } = parsed.data;
  const { clock, log, randomBytes } = deps;
  const stored = await loadStored(parsed.data, { now: clock.wall, randomBytes });
  if (!stored.ok) {
    return stored;
  }
  const sfu = await startSfu({ workerBin, media, outside: outside ?? null }, log);
  if (!sfu.ok) {
    return sfu;
  }
  const signalling = wireSignalling(stored.value, sfu.value, deps);
  const server = await listen(parsed.data, stored.value, signalling, log);
  if (!server.ok) {
    await signalling.close();
    await sfu.value.close();
    return server;
  }
  log('hub.up', { port: server.value.port, media: sfu.value.mediaPort });
  return ok(describeHub(stored.value, sfu.value, signalling, server.value, log));
}

function wireSignalling(stored: Stored, sfu: Sfu, deps: HubDeps): Signalling {
  const { clock, log, limits = DEFAULT_LIMITS } = deps;
  const rooms = new Rooms({ createRouter: sfu.createRouter, limits, log });
  const { listenerFor } = sfu;
  const signalling = createSignalling({
    tokens: stored.tokens,
    rooms,
    listenerFor,
    limits,
    clock,
    log,
  });
  sfu.onDied(() => {
    signalling.failAll({ code: 'MEDIA_WORKER_DIED' });
    rooms.forgetAll();
  });
  return signalling;
}

function listen(
  settings: ParsedSettings,
  stored: Stored,
  signalling: Signalling,
  log: Log,
): Promise<Result<HttpsServer>> {
  return listenHttps({
    host: settings.host,
    port: settings.port,
    pem: stored.certificate.pem,
    onRequest: (request, response) => {
      servePage(settings.pageDir, request, response).catch((error: unknown) => {
        log('bug', { call: 'page', error: errorName(error) });
        response.destroy();
      });
    },
    onUpgrade: (request, socket, head) => signalling.upgrade(request, socket, head),
  });
}

function describeHub(
  stored: Stored,
  sfu: Sfu,
  signalling: Signalling,
  server: HttpsServer,
  log: Log,
): Hub {
  const renewal = keepRenewed({
    first: stored.certificate,
    load: stored.renewed,
    onRenewed: ({ pem }) => server.replaceCertificate(pem),
    log,
  });
  let closing: Promise<void> | null = null;
  const close = async () => {
    renewal.stop();
    await signalling.close();
    await server.close();
    await sfu.close();
    log('hub.closed');
  };
  return {
    port: server.port,
    mediaPort: sfu.mediaPort,
    outsidePort: sfu.outsidePort,
    get certificateSha256() {
      return renewal.current.certificateSha256;
    },
    spkiSha256: stored.certificate.spkiSha256,
    mediasoup: mediasoupVersion,
    get workerPid() {
      return sfu.workerPid;
    },
    issueToken: (grant) => stored.tokens.issue(grant),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
