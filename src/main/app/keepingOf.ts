import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { app, net, safeStorage } from 'electron';
import type { Fault } from '../../contracts/faults.ts';
import type { IpcNotice } from '../../contracts/ipc.ts';
import type { Settings } from '../../contracts/settings.ts';
import type { HostSupervisor } from '../acquisition/hostSupervisor.ts';
import { type Bindings, createBindings } from '../acts/bindings.ts';
import type { CartFacts } from '../keeping/facts.ts';
import { type Keeper, openKeeper } from '../keeping/keeper.ts';
import { type Keeping, openKeeping } from '../keeping/keeping.ts';
import { systemNetwork } from '../keeping/systemNetwork.ts';
import { trustedAuthorities } from '../remote/http/authorities.ts';
import { type HttpDeps, TIMEOUTS } from '../remote/http/session.ts';
import type { HubSupervisor } from '../remote/hubSupervisor.ts';
import type { EmbeddedHubAccount } from '../remote/senders.ts';
import { createKeystore } from '../security/keystore.ts';
import { openStore } from '../store/openStore.ts';
import type { LogEntry } from './log.ts';

const HOUR_MS = 3_600_000;
/** Of a token for the embedded hub; each attempt asks for its own. */
const UPLOAD_TOKEN_MS = HOUR_MS;

export const HTTP: HttpDeps = {
  now: Date.now,
  timeouts: TIMEOUTS,
  authorities: trustedAuthorities,
};

export type KeepingOf = {
  readonly keeper: Keeper<Keeping>;
  /** Binds devices that come while an act is open. */
  readonly bindings: Bindings;
  /** A consultation is live, or is over: the outbox makes room. */
  readonly setLive: (live: boolean) => void;
  readonly isLive: () => boolean;
  /** A page that was loaded since does not know of them. */
  readonly repeatWarnings: () => void;
  /** The hub of this cart as a destination. */
  readonly embeddedHub: (facts: CartFacts) => EmbeddedHubAccount;
  readonly close: () => Promise<void>;
};

export type KeepingOfDependencies = {
  readonly dataDir: string;
  readonly address: string;
  readonly sqliteBinding: string | null;
  readonly settings: () => Settings;
  readonly host: HostSupervisor<never>;
  readonly hub: Pick<HubSupervisor, 'facts' | 'issueUploadToken'>;
  readonly notify: (notice: IpcNotice) => void;
  readonly log: (entry: LogEntry) => void;
};

export function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** The store and all that stands on it, in Electron's main. */
export function keepingOf(deps: KeepingOfDependencies): KeepingOf {
  const { dataDir, host, hub, notify, log } = deps;
  let live = false;
  const warnings: IpcNotice[] = [];
  const bindings = createBindings(host);
  const network = systemNetwork({
    isOnline: () => net.isOnline(),
    isHubUp: () => hub.facts() !== null,
  });
  const embeddedHub = (facts: CartFacts): EmbeddedHubAccount => accountOf(deps, facts);
  const applyCap = ({ outbox }: Keeping): void => {
    outbox.setCap(live ? deps.settings().outbox.liveCapBytesPerSecond : null);
  };
  const keeper = openKeeper<Keeping>({
    keystore: createKeystore(safeStorage, process.platform),
    after,
    openStore: (secret) =>
      openStore({
        folder: dataDir,
        secret,
        nativeBinding: deps.sqliteBinding,
        now: Date.now,
        random: randomBytes,
        onFault: (fault) => {
          log({ code: `store.${fault.code}` });
          notify({ notice: 'fault', fault: { code: fault.code, params: { ...fault.params } } });
        },
      }),
    begin: async (store) => {
      const keeping = await openKeeping(store, {
        folder: dataDir,
        clock: { now: Date.now, after },
        random: randomBytes,
        newId: randomUUID,
        settings: deps.settings,
        software: app.getVersion(),
        reportFolder: path.join(app.getAppPath(), 'resources', 'report'),
        host: { want: (recording) => host.wantRecording(recording), bindings },
        network,
        http: HTTP,
        embeddedHub,
        onAct: (act) => notify({ notice: 'act', act }),
        onRecordingFault: (fault) =>
          notify({ notice: 'recording', fault: plainFault(fault), lostBlocks: 0 }),
        onSummary: (outbox) => notify({ notice: 'outbox', outbox }),
        onBug: (error) => log({ code: 'outbox.bug', error: stackOf(error) }),
      });
      if (keeping.ok) {
        applyCap(keeping.value);
      }
      return keeping;
    },
    onBug: (error) => log({ code: 'store.bug', error: stackOf(error) }),
    onState: (store) => {
      log({ code: `store.${store.state}`, why: whyOf(store) });
      notify({ notice: 'store', store });
    },
    onWarning: ({ code, params }) => {
      const notice = { notice: 'fault', fault: { code, params: { ...params } } } as const;
      log({ code: `store.${code}` });
      warnings.push(notice);
      notify(notice);
    },
  });
  return {
    keeper,
    bindings,
    embeddedHub,
    isLive: () => live,
    repeatWarnings: () => warnings.forEach(notify),
    setLive: (next) => {
      live = next;
      const kept = keeper.kept();
      if (kept.ok) {
        applyCap(kept.value);
      }
    },
    close: async () => {
      network.close();
      await keeper.close();
    },
  };
}

function accountOf(
  { hub, address }: Pick<KeepingOfDependencies, 'hub' | 'address'>,
  { cartName }: CartFacts,
): EmbeddedHubAccount {
  return async () => {
    const facts = hub.facts();
    const token = await hub.issueUploadToken({ cart: cartName, lifetimeMs: UPLOAD_TOKEN_MS });
    return facts === null || token === null
      ? null
      : {
          url: new URL(`https://${address}:${facts.port}/`),
          certificateSha256: facts.certificateSha256,
          credentials: { kind: 'bearer', token },
        };
  };
}

function plainFault(fault: Fault | null) {
  return fault === null ? null : { code: fault.code, params: { ...fault.params } };
}

function whyOf(store: ReturnType<Keeper<Keeping>['state']>): string {
  return store.state === 'open' ? store.protection : (store.fault?.code ?? '');
}

/** Where a bug is, without the values that it met. */
function stackOf(error: unknown): string {
  return error instanceof Error
    ? `${error.name} ${error.stack?.split('\n').slice(1, 4).join(' ') ?? ''}`
    : typeof error;
}
