import { mkdir } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { failed, ok, type Result } from '../contracts/faults.ts';
import type { HubSettingsSchema } from '../contracts/hubProcess.ts';
import { errorCode } from './log.ts';
import { type HubCertificate, loadCertificate } from './server/certificate.ts';
import { createTokens, loadTokenSecret, type Tokens } from './tokens.ts';
import { createUploadGrants, type UploadGrants } from './uploads/grants.ts';
import { loadObjectKey } from './uploads/objectKey.ts';

export type ParsedSettings = ReturnType<typeof HubSettingsSchema.parse>;

/** What outlives a run of the hub. */
export type Stored = {
  readonly certificate: HubCertificate;
  readonly tokens: Tokens;
  readonly grants: UploadGrants;
  /** Under which the objects that carts leave are encrypted. */
  readonly objectKey: Uint8Array;
  /** The certificate that is good now: another one once the former is near its end. */
  readonly renewed: () => Promise<HubCertificate>;
};

const WILDCARDS = new Set(['0.0.0.0', '::']);

/** Reads or makes what lies in the data folder. Fails with HUB_START_FAILED. */
export async function loadStored(
  settings: ParsedSettings,
  deps: { readonly now: () => number; readonly randomBytes: (count: number) => Uint8Array },
): Promise<Result<Stored>> {
  const { dataDir } = settings;
  const { now, randomBytes } = deps;
  const names = certificateNames(settings);
  const renewed = () => loadCertificate({ dataDir, names, now });
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const secret = await loadTokenSecret(dataDir, randomBytes);
    const tokens = createTokens({ secret, now, randomBytes });
    const grants = createUploadGrants({ secret, now, randomBytes });
    const objectKey = await loadObjectKey(dataDir, settings.objectKey, randomBytes);
    return ok({ certificate: await renewed(), tokens, grants, objectKey, renewed });
  } catch (error) {
    return failed('HUB_START_FAILED', { reason: `data folder ${errorCode(error)}` });
  }
}

function certificateNames(settings: ParsedSettings): string[] {
  const { host, media, outside } = settings;
  const names = [hostname(), host, media.announcedAddress, outside?.announcedAddress];
  return names.filter(
    (name): name is string =>
      name !== undefined &&
      !WILDCARDS.has(name) &&
      (isIP(name) !== 0 || /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name)),
  );
}
