import { readFile } from 'node:fs/promises';
import { homedir, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { failed, ok, type Result } from '../contracts/faults.ts';
import type { HubSettings } from '../contracts/hubProcess.ts';

const DEFAULT_PORT = 7443;
const DEFAULT_MEDIA_PORT = 7444;
const WILDCARDS = new Set(['0.0.0.0', '::']);

const PortSchema = z.coerce.number().int().min(0).max(65535);
const EnvironmentSchema = z.object({
  CHARIOT_HUB_HOST: z.string().min(1).default('127.0.0.1'),
  CHARIOT_HUB_PORT: PortSchema.default(DEFAULT_PORT),
  CHARIOT_HUB_DATA: z.string().min(1).optional(),
  CHARIOT_HUB_PAGE: z.string().min(1).optional(),
  CHARIOT_HUB_MEDIA_IP: z.string().min(1).optional(),
  CHARIOT_HUB_MEDIA_PORT: PortSchema.default(DEFAULT_MEDIA_PORT),
  CHARIOT_HUB_ANNOUNCED: z.string().min(1).optional(),
  MEDIASOUP_WORKER_BIN: z.string().min(1).optional(),
});

const RuntimeSchema = z.object({ mediasoupWorker: z.object({ binary: z.string() }) });

type AloneSettings = {
  readonly settings: HubSettings;
  /** Host name or address that goes into the printed links. */
  readonly publicHost: string;
};

/**
 * Settings of a hub that runs alone.
 * @param root folder of the installation, which holds `dist` and, after the set-up, `build`.
 * @returns HUB_START_FAILED with the names of variables that make no sense.
 */
export async function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  root: string,
): Promise<Result<AloneSettings>> {
  const parsed = EnvironmentSchema.safeParse(environment);
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => issue.path.join('.'));
    return failed('HUB_START_FAILED', { reason: [...new Set(names)].join(', ') });
  }
  const variables = parsed.data;
  const host = variables.CHARIOT_HUB_HOST;
  const mediaIp = variables.CHARIOT_HUB_MEDIA_IP ?? host;
  const lanAddress = WILDCARDS.has(host) || WILDCARDS.has(mediaIp) ? firstLanAddress() : undefined;
  const announcedAddress =
    variables.CHARIOT_HUB_ANNOUNCED ?? (WILDCARDS.has(mediaIp) ? lanAddress : undefined);
  if (WILDCARDS.has(mediaIp) && announcedAddress === undefined) {
    return failed('HUB_START_FAILED', { reason: 'CHARIOT_HUB_ANNOUNCED' });
  }
  return ok({
    publicHost:
      variables.CHARIOT_HUB_ANNOUNCED ?? (WILDCARDS.has(host) ? lanAddress : host) ?? host,
    settings: {
      host,
      port: variables.CHARIOT_HUB_PORT,
      dataDir: variables.CHARIOT_HUB_DATA ?? defaultDataDir(environment),
      pageDir: variables.CHARIOT_HUB_PAGE ?? join(root, 'dist', 'renderer', 'physician'),
      media: {
        ip: mediaIp,
        port: variables.CHARIOT_HUB_MEDIA_PORT,
        ...(announcedAddress === undefined ? {} : { announcedAddress }),
      },
      workerBin: variables.MEDIASOUP_WORKER_BIN ?? (await workerOfSetup(root)),
    },
  });
}

/** @returns the worker that the set-up provided; null leaves the one of the package. */
async function workerOfSetup(root: string): Promise<string | null> {
  try {
    const runtime: unknown = JSON.parse(await readFile(join(root, 'build/runtime.json'), 'utf8'));
    const parsed = RuntimeSchema.safeParse(runtime);
    return parsed.success ? parsed.data.mediasoupWorker.binary : null;
  } catch {
    return null;
  }
}

function defaultDataDir(environment: Readonly<Record<string, string | undefined>>): string {
  const home = homedir();
  if (process.platform === 'win32') {
    return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Chariot', 'hub');
  }
  return process.platform === 'darwin'
    ? join(home, 'Library', 'Application Support', 'Chariot', 'hub')
    : join(environment['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'chariot', 'hub');
}

function firstLanAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
