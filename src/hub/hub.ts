import type { ServerResponse } from 'node:http';
import { version as mediasoupVersion } from 'mediasoup';
import { failed, ok, type Result } from '../contracts/faults.ts';
import { type HubSettings, HubSettingsSchema } from '../contracts/hubProcess.ts';
import type { Role } from '../contracts/roles.ts';
import type { Clock } from './clock.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { errorName, type Log } from './log.ts';
import { Rooms } from './rooms/rooms.ts';
import { endSoon, type HttpsServer, listenHttps } from './server/httpsServer.ts';
import { servePage } from './server/pages.ts';
import { keepRenewed } from './server/renewal.ts';
import { type Sfu, startSfu } from './sfu/sfu.ts';
import { createSignalling, type Signalling } from './signalling/signalling.ts';
import { loadStored, type ParsedSettings, type Stored } from './stored.ts';
import { openUploads, type Uploads } from './uploads/uploads.ts';

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
  /** Lets a cart leave objects here. Fails with TOKEN_INVALID when `cart` is no cart's name. */
  issueUploadToken(grant: { cart: string; lifetimeMs: number }): Result<string>;
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
  const uploads = await openUploads({
    dataDir: parsed.data.dataDir,
    key: stored.value.objectKey,
    grants: stored.value.grants,
    limits: deps.limits ?? DEFAULT_LIMITS,
    clock,
    log,
  });
  const signalling = wireSignalling(stored.value, sfu.value, deps);
  const server = await listen(parsed.data, stored.value, { signalling, uploads, log });
  if (!server.ok) {
    uploads.close();
    await signalling.close();
    await sfu.value.close();
    return server;
  }
  log('hub.up', { port: server.value.port, media: sfu.value.mediaPort });
  const parts = { stored: stored.value, sfu: sfu.value, signalling, uploads, server: server.value };
  return ok(describeHub(parts, log));
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
  { signalling, uploads, log }: { signalling: Signalling; uploads: Uploads; log: Log },
): Promise<Result<HttpsServer>> {
  const bug = (call: string, response: ServerResponse) => (error: unknown) => {
    log('bug', { call, error: errorName(error) });
    response.destroy();
  };
  return listenHttps({
    host: settings.host,
    port: settings.port,
    pem: stored.certificate.pem,
    onRequest: (request, response) => {
      if (uploads.concerns(request)) {
        uploads.serve(request, response).catch(bug('uploads', response));
      } else {
        endSoon(request);
        servePage(settings.pageDir, request, response).catch(bug('page', response));
      }
    },
    onUpgrade: (request, socket, head) => signalling.upgrade(request, socket, head),
  });
}

function describeHub(
  parts: {
    readonly stored: Stored;
    readonly sfu: Sfu;
    readonly signalling: Signalling;
    readonly uploads: Uploads;
    readonly server: HttpsServer;
  },
  log: Log,
): Hub {
  const { stored, sfu, signalling, uploads, server } = parts;
  const renewal = keepRenewed({
    first: stored.certificate,
    load: stored.renewed,
    onRenewed: ({ pem }) => server.replaceCertificate(pem),
    log,
  });
  let closing: Promise<void> | null = null;
  const close = async () => {
    renewal.stop();
    uploads.close();
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
    issueUploadToken: (grant) => stored.grants.issue(grant),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
