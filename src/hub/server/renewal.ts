import { errorCode, type Log } from '../log.ts';
import type { HubCertificate } from './certificate.ts';

const CHECK_EVERY = 12 * 60 * 60 * 1000;

export type Renewal = { readonly current: HubCertificate; stop(): void };

/** Keeps the certificate of a hub that runs for months from expiring under it. */
export function keepRenewed(deps: {
  readonly first: HubCertificate;
  readonly load: () => Promise<HubCertificate>;
  readonly onRenewed: (certificate: HubCertificate) => void;
  readonly log: Log;
}): Renewal {
  let current = deps.first;
  const check = async () => {
    try {
      const loaded = await deps.load();
      if (loaded.certificateSha256 !== current.certificateSha256) {
        current = loaded;
        deps.onRenewed(loaded);
        deps.log('certificate.renewed');
      }
    } catch (error) {
      deps.log('certificate.unreadable', { code: errorCode(error) });
    }
  };
  const timer = setInterval(() => void check(), CHECK_EVERY);
  return {
    get current() {
      return current;
    },
    stop: () => clearInterval(timer),
  };
}
