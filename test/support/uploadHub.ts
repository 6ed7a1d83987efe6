// The hub's store-and-forward over HTTPS on loopback, without its SFU: what a cart leaves objects with.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, SYSTEM_CLOCK } from '../../src/hub/clock.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/hub/limits.ts';
import { type HttpsServer, listenHttps } from '../../src/hub/server/httpsServer.ts';
import { createUploadGrants } from '../../src/hub/uploads/grants.ts';
import { openObjects } from '../../src/hub/uploads/objects.ts';
import { openUploads } from '../../src/hub/uploads/uploads.ts';
import { makeCertificate, type TestCertificate } from './certificates.ts';

const HOUR = 60 * 60 * 1000;

export type UploadHub = {
  /** `https://127.0.0.1:<port>`: the same after a restart. */
  readonly url: string;
  readonly certificate: TestCertificate;
  /** What lies on the hub's disk, and the key under which it does. */
  readonly dataDir: string;
  readonly key: Uint8Array;
  readonly logged: readonly string[];
  readonly token: (cart?: string, lifetimeMs?: number) => string;
  /** SHA-256 of the object as it is read from the disk and decrypted; null: it is not held. */
  readonly held: (objectId: string) => Promise<string | null>;
  /** Ends it, with every connection. */
  readonly halt: () => Promise<void>;
  /** Begins again on the same folder, port and keys. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export async function startUploadHub(
  options: {
    readonly limits?: Partial<Limits>;
    readonly clock?: Clock;
    /** Absent: a new folder; it is removed at the end. */
    readonly dataDir?: string;
  } = {},
): Promise<UploadHub> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'chariot-uploads-')));
  const clock = options.clock ?? SYSTEM_CLOCK;
  const certificate = await makeCertificate();
  const key = randomBytes(32);
  const secret = randomBytes(32);
  const logged: string[] = [];
  const grants = createUploadGrants({ secret, now: clock.wall, randomBytes });
  const parts = { dataDir, key, grants, clock, limits: { ...DEFAULT_LIMITS, ...options.limits } };
  const log = (event: string, facts = {}): void => {
    logged.push(JSON.stringify({ event, ...facts }));
  };
  const start = (port: number) => serveUploads({ ...parts, log }, certificate, port);
  let running = await start(0);
  const { port } = running.server;
  const halt = async (): Promise<void> => {
    running.uploads.close();
    await running.server.close();
  };
  return {
    url: `https://127.0.0.1:${port}`,
    certificate,
    dataDir,
    key,
    logged,
    token: (cart = 'cart-1', lifetimeMs = HOUR) => {
      const issued = grants.issue({ cart, lifetimeMs });
      if (!issued.ok) {
        throw new Error(issued.fault.code);
      }
      return issued.value;
    },
    held: async (objectId) => {
      const objects = await openObjects({ folder: join(dataDir, 'objects'), key, now: clock.wall });
      const record = await objects.find(objectId, null);
      return record === null ? null : sha256(await objects.read(record));
    },
    halt,
    restart: async () => {
      running = await start(port);
    },
    close: async () => {
      await halt();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function serveUploads(
  deps: Parameters<typeof openUploads>[0],
  { key, cert }: TestCertificate,
  port: number,
): Promise<{
  readonly server: HttpsServer;
  readonly uploads: Awaited<ReturnType<typeof openUploads>>;
}> {
  const uploads = await openUploads(deps);
  const listening = await listenHttps({
    host: '127.0.0.1',
    port,
    pem: `${key}\n${cert}`,
    onRequest: (request, response) => {
      if (uploads.concerns(request)) {
        uploads.serve(request, response).catch((error: unknown) => {
          deps.log('bug', { error: String(error) });
          response.destroy();
        });
      } else {
        response.writeHead(404).end();
      }
    },
    onUpgrade: (_request, socket) => socket.destroy(),
  });
  if (!listening.ok) {
    throw new Error(listening.fault.code);
  }
  return { server: listening.value, uploads };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
