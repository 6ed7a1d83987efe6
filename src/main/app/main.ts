import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { app, clipboard, ipcMain, safeStorage, session } from 'electron';
import type { DeviceStatus } from '../../contracts/devices.ts';
import type { IpcNotice } from '../../contracts/ipc.ts';
import { IPC_CALL_CHANNEL } from '../../contracts/ipcChannels.ts';
import type { StoreState } from '../../contracts/outbox.ts';
import { type AppInfo, ipcHandlers, ipcRouter, REFUSED_SENDER } from '../ipc/handlers.ts';
import { testConnection } from '../remote/connectionTest.ts';
import { type HubSupervisor, superviseHub } from '../remote/hubSupervisor.ts';
import { registerAppScheme, serveAppScheme } from '../security/appScheme.ts';
import { createKeystore } from '../security/keystore.ts';
import {
  isOwnPage,
  lockDownContents,
  lockDownSession,
  pinHubCertificate,
} from '../security/lockDown.ts';
import { openSettings } from '../store/settings.ts';
import { sqliteVersion } from '../store/sqliteVersion.ts';
import { RESTART_POLICY } from '../supervision/restartPolicy.ts';
import { forkUtility } from './children.ts';
import { openConsultation } from './consultation.ts';
import { superviseDevices } from './devices.ts';
import { HTTP, type KeepingOf, keepingOf } from './keepingOf.ts';
import { runKeyAgent } from './keyAgent.ts';
import { type LogEntry, logToStderr, openLog } from './log.ts';
import { type Options, readOptions } from './options.ts';
import { type RuntimeParts, readRuntimeParts } from './runtimeFile.ts';
import { type CartWindow, openCartWindow } from './windows.ts';

const EXIT_USAGE = 64;
const EXIT_BUG = 70;
const KEY_AGENT_SWITCH = '--chariot-key-agent';

const now = (): number => performance.now();
let log: (entry: LogEntry) => void = logToStderr;

function startHub(
  options: Options,
  parts: RuntimeParts,
  dataDir: string,
  begin: Promise<void>,
  onState: Parameters<typeof superviseHub>[0]['onState'],
): HubSupervisor {
  const file = path.join(app.getAppPath(), 'dist/hub/embedded.cjs');
  return superviseHub({
    fork: () => forkUtility(file, 'Chariot Hub'),
    settings: {
      host: options.address,
      port: 0,
      dataDir: path.join(dataDir, 'hub'),
      pageDir: path.join(app.getAppPath(), 'dist/renderer/physician'),
      media: { ip: options.address, port: 0 },
      ...(options.outsideAddress === null
        ? {}
        : {
            outside: { ip: options.address, port: 0, announcedAddress: options.outsideAddress },
          }),
      workerBin: parts.workerBin,
      // Of nobody: what is left with it before the store gave the lasting one is not kept.
      objectKey: randomBytes(32).toString('hex'),
    },
    begin,
    policy: RESTART_POLICY,
    now,
    onState,
    log,
  });
}

/** How long the hub waits for a first trace once the page is there: a device may be absent. */
const HUB_WAITS_MS = 700;
/** And for a passphrase; after that a consultation begins without a record. */
const LOCKED_HUB_WAITS_MS = 60_000;

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Only the main frame of one of our own windows may call. */
function isOwnFrame(event: Electron.IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isOwnPage(frame.url);
}

async function run(options: Options): Promise<void> {
  // A utility process forked before `ready` takes Electron down with it.
  await app.whenReady();
  const parts = readRuntimeParts(app.getAppPath());
  const dataDir = options.dataDir ?? app.getPath('userData');
  log = openLog(path.join(dataDir, 'chariot.log'));
  let window: CartWindow | null = null;
  const [firstTrace, storeDecided] = [deferred(), deferred()];
  const streaming = new Set<number>();
  const notify = (notice: IpcNotice): void => {
    window?.notify(notice);
    if (notice.notice === 'store') {
      onStore(notice.store.state);
    }
  };
  const connectStream = (): void => {
    const port = window !== null && streaming.has(window.id) ? window.createStream() : null;
    if (port !== null) {
      devices.host.connectStream(port);
    }
  };
  const onStatus = (status: DeviceStatus): void => keeping.bindings.onStatus(status);
  const devices = superviseDevices(options, { dataDir, notify, onStatus, connectStream, log });
  const { host } = devices;
  const settings = openSettings(path.join(dataDir, 'settings.json'), (code) => log({ code }));
  const begin = Promise.all([firstTrace.promise, storeDecided.promise]).then(() => undefined);
  const hub = startHub(options, parts, dataDir, begin, (state) =>
    notify({ notice: 'hub', hub: state }),
  );
  const { address } = options;
  const { sqliteBinding } = parts;
  const keeping = keepingOf({
    dataDir,
    address,
    sqliteBinding,
    settings: () => settings.get(),
    host,
    hub,
    notify,
    log,
  });
  /** Not while a physician is there: a hub that runs already is started again for it. */
  const giveObjectKey = (): void => {
    const kept = keeping.keeper.kept();
    if (kept.ok && !keeping.isLive()) {
      hub.setObjectKey(kept.value.facts.hubObjectKey);
    }
  };
  const onStore = (state: StoreState['state']): void => {
    giveObjectKey();
    // Somebody is asked for a passphrase: a hub that began now would have to begin again.
    setTimeout(storeDecided.resolve, state === 'locked' ? LOCKED_HUB_WAITS_MS : 0);
  };
  const consultation = openConsultation(hub, address, options.outsideAddress, now);
  const openStream = (windowId: number): void => {
    streaming.add(windowId);
    connectStream();
    devices.repeatRecordingNotice();
    keeping.repeatWarnings();
  };
  const onFirstTrace = (): void => {
    log({ code: 'window.firstTrace' });
    firstTrace.resolve();
  };
  const hubAccess = () => consultation.access();
  const setLive = (live: boolean): void => {
    keeping.setLive(live);
    giveObjectKey();
  };
  answerCalls({
    setLive,
    parts,
    settings,
    keeping,
    host,
    hub,
    hubAccess,
    openStream,
    onFirstTrace,
    notify,
  });
  guardPages(address, hub);
  window = openCartWindow({ appPath: app.getAppPath(), size: options.size, log });
  app.on('second-instance', () => window?.focus());
  window.onLoaded(() => setTimeout(firstTrace.resolve, HUB_WAITS_MS));
  closeInOrder(async () => {
    devices.stop();
    // The record is written out, then the store may say that it ended.
    await Promise.all([host.close(), hub.close()]);
    await keeping.close();
  });
}

type Answering = Pick<
  Parameters<typeof ipcHandlers>[0],
  'settings' | 'host' | 'hub' | 'hubAccess' | 'openStream' | 'onFirstTrace' | 'setLive'
> & {
  readonly parts: RuntimeParts;
  readonly keeping: KeepingOf;
  readonly notify: (notice: IpcNotice) => void;
};

function answerCalls({ parts, keeping, notify, ...given }: Answering): void {
  const handlers = ipcHandlers({
    ...given,
    info: () => appInfo(parts),
    keeping: {
      keeper: keeping.keeper,
      devices: () => given.host.statuses(),
      nowIso: () => new Date().toISOString(),
      pause: (ms) => pause(ms),
      testConnection: (destination, credentials, { facts }) =>
        testConnection(destination, credentials, {
          ...HTTP,
          embeddedHub: keeping.embeddedHub(facts),
        }),
      onCaptured: (captureId) => notify({ notice: 'captured', captureId }),
      onBug: (error) => log({ code: 'plan.bug', error: String(error) }),
    },
    copyText: (text) => clipboard.writeText(text),
  });
  const router = ipcRouter(handlers, (name, error) =>
    log({ code: 'ipc.bug', call: name, error: String(error) }),
  );
  ipcMain.handle(IPC_CALL_CHANNEL, (event, name: unknown, input: unknown) =>
    isOwnFrame(event)
      ? router(String(name), input, { role: 'nurse', context: { windowId: event.sender.id } })
      : REFUSED_SENDER,
  );
}

function appInfo(parts: RuntimeParts): AppInfo {
  return {
    version: app.getVersion(),
    electron: process.versions.electron,
    chromium: process.versions.chrome,
    node: process.versions.node,
    sqlite: sqliteVersion(parts.sqliteBinding),
    testRuntime: parts.testRuntime,
  };
}

function guardPages(address: string, hub: HubSupervisor): void {
  lockDownSession(session.defaultSession);
  pinHubCertificate(
    session.defaultSession,
    new Set([address]),
    () => hub.facts()?.certificateSha256 ?? null,
  );
  serveAppScheme(
    session.defaultSession,
    path.join(app.getAppPath(), 'dist/renderer/cart'),
    `wss://${address}:*`,
  );
}

function closeInOrder(close: () => Promise<void>): void {
  // Electron's own answer to a signal ends the process before the record is closed.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => app.quit());
  }
  let closing = false;
  let closed = false;
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (!closed) {
      event.preventDefault();
      if (!closing) {
        closing = true;
        void close().finally(() => {
          closed = true;
          app.quit();
        });
      }
    }
  });
}

registerAppScheme();
lockDownContents();
// The embedded hub is reached over loopback by default, where WebRTC gathers no candidate unasked.
app.commandLine.appendSwitch('allow-loopback-in-peer-connection');
// One window, one page: a renderer in reserve would only slow the start.
app.commandLine.appendSwitch('disable-features', 'SpareRendererForSitePerProcess');
process.on('uncaughtException', (error) => {
  log({ code: 'main.uncaught', error: String(error.stack) });
  app.exit(EXIT_BUG);
});

/** Opens and closes the store's key for the command line, and does nothing else: no window, no lock. */
async function serveKeyAgent(): Promise<void> {
  await app.whenReady();
  await runKeyAgent(createKeystore(safeStorage, process.platform), process);
  app.exit(0);
}

function main(): void {
  const options = readOptions(process.argv.slice(1));
  if (options.dataDir !== null) {
    app.setPath('userData', path.join(options.dataDir, 'profile'));
  }
  if (process.argv.includes(KEY_AGENT_SWITCH)) {
    serveKeyAgent().catch(() => app.exit(EXIT_BUG));
    return;
  }
  // Two of them would fight for the same serial port and the same record.
  if (!app.requestSingleInstanceLock()) {
    logToStderr({ code: 'main.alreadyRunning' });
    app.exit(0);
    return;
  }
  run(options).catch((error: unknown) => {
    log({ code: 'main.start', error: String(error) });
    app.exit(EXIT_BUG);
  });
}

try {
  main();
} catch (error) {
  logToStderr({ code: 'main.options', error: String(error) });
  app.exit(EXIT_USAGE);
}
