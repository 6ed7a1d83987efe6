import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { app, clipboard, ipcMain, session } from 'electron';
import type { IpcNotice } from '../../contracts/ipc.ts';
import { IPC_CALL_CHANNEL } from '../../contracts/ipcChannels.ts';
import { type Discovery, discoverDevices } from '../acquisition/discovery.ts';
import { type HostSupervisor, superviseHost } from '../acquisition/hostSupervisor.ts';
import { openCaptureStore } from '../captures/captureStore.ts';
import { writeDurably } from '../captures/durableFile.ts';
import { ipcHandlers, ipcRouter, REFUSED_SENDER } from '../ipc/handlers.ts';
import { type HubSupervisor, superviseHub } from '../remote/hubSupervisor.ts';
import { registerAppScheme, serveAppScheme } from '../security/appScheme.ts';
import {
  isOwnPage,
  lockDownContents,
  lockDownSession,
  pinHubCertificate,
} from '../security/lockDown.ts';
import { readCalibrations } from '../store/calibrations.ts';
import { openSettings } from '../store/settings.ts';
import { sqliteVersion } from '../store/sqliteVersion.ts';
import { RESTART_POLICY } from '../supervision/restartPolicy.ts';
import { forkUtility } from './children.ts';
import { openConsultation } from './consultation.ts';
import { type LogEntry, logToStderr, openLog } from './log.ts';
import { type Options, readOptions } from './options.ts';
import { type RuntimeParts, readRuntimeParts } from './runtimeFile.ts';
import { type CartWindow, openCartWindow } from './windows.ts';

const EXIT_USAGE = 64;
const EXIT_BUG = 70;

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
    },
    begin,
    policy: RESTART_POLICY,
    now,
    onState,
    log,
  });
}

function wantRecording(host: HostSupervisor<never>, dataDir: string): void {
  const folder = path.join(dataDir, 'recordings');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const recordingId = randomUUID();
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const file = path.join(folder, `${stamp}.chariot`);
  host.wantRecording({ file, recordingId, binding: null });
}

/** How long the hub waits for a first trace once the page is there: a device may be absent. */
const HUB_WAITS_MS = 700;

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
  const firstTrace = deferred();
  const streaming = new Set<number>();

  const connectStream = (): void => {
    const port = window !== null && streaming.has(window.id) ? window.createStream() : null;
    if (port !== null) {
      host.connectStream(port);
    }
  };
  let discovery: Discovery | null = null;
  let recordingNotice: Extract<IpcNotice, { notice: 'recording' }> | null = null;
  const host: HostSupervisor<Electron.MessagePortMain> = superviseHost({
    fork: () =>
      forkUtility(
        path.join(app.getAppPath(), 'dist/host/host.cjs'),
        'Chariot Devices',
        options.hostFlags === null ? [] : [`--js-flags=${options.hostFlags}`],
      ),
    policy: RESTART_POLICY,
    now,
    onStatus: (status) => window?.notify({ notice: 'device', status }),
    onEvent: (event) => log({ code: `device.${event.code}`, device: event.deviceId }),
    onPlugged: () => {
      discovery?.look();
      window?.notify({ notice: 'plugged' });
    },
    calibrationsOf: readCalibrations(path.join(dataDir, 'calibrations.json'), (code) =>
      log({ code }),
    ),
    onRecording: (fault, lostBlocks) => {
      log({ code: `recording.${fault?.code ?? 'ok'}`, lostBlocks });
      recordingNotice = { notice: 'recording', fault, lostBlocks };
      window?.notify(recordingNotice);
    },
    onFork: () => connectStream(),
    onHost: (state) => {
      window?.notify({ notice: 'host', host: state });
    },
    log,
  });
  wantRecording(host, dataDir);
  for (const request of options.devices) {
    host.wantDevice(request);
  }
  if (options.devices.length === 0) {
    discovery = discoverDevices(
      {
        sightings: () => host.sightings(),
        identify: (address) => host.calls.identify({ address }),
        wantDevice: (request, serialNumber) => host.wantDevice(request, serialNumber),
      },
      now,
    );
  }
  const hub = startHub(options, parts, dataDir, firstTrace.promise, (state) => {
    window?.notify({ notice: 'hub', hub: state });
  });
  const consultation = openConsultation(hub, options.address, options.outsideAddress, now);
  const router = ipcRouter(
    ipcHandlers({
      info: () => ({
        version: app.getVersion(),
        electron: process.versions.electron,
        chromium: process.versions.chrome,
        node: process.versions.node,
        sqlite: sqliteVersion(parts.sqliteBinding),
        testRuntime: parts.testRuntime,
      }),
      captures: openCaptureStore({
        folder: path.join(dataDir, 'captures'),
        newId: randomUUID,
        nowIso: () => new Date().toISOString(),
        write: writeDurably,
      }),
      settings: openSettings(path.join(dataDir, 'settings.json'), (code) => log({ code })),
      host,
      hub,
      hubAccess: () => consultation.access(),
      openStream: (windowId) => {
        streaming.add(windowId);
        connectStream();
        // A page that was loaded since does not know of a record in trouble.
        if (recordingNotice !== null) {
          window?.notify(recordingNotice);
        }
      },
      onFirstTrace: () => {
        log({ code: 'window.firstTrace' });
        firstTrace.resolve();
      },
      copyText: (text) => clipboard.writeText(text),
    }),
    (name, error) => log({ code: 'ipc.bug', call: name, error: String(error) }),
  );

  lockDownSession(session.defaultSession);
  pinHubCertificate(
    session.defaultSession,
    new Set([options.address]),
    () => hub.facts()?.certificateSha256 ?? null,
  );
  serveAppScheme(
    session.defaultSession,
    path.join(app.getAppPath(), 'dist/renderer/cart'),
    `wss://${options.address}:*`,
  );
  ipcMain.handle(IPC_CALL_CHANNEL, (event, name: unknown, input: unknown) =>
    isOwnFrame(event)
      ? router(String(name), input, { role: 'nurse', context: { windowId: event.sender.id } })
      : REFUSED_SENDER,
  );
  window = openCartWindow({ appPath: app.getAppPath(), size: options.size, log });
  app.on('second-instance', () => window?.focus());
  window.onLoaded(() => setTimeout(firstTrace.resolve, HUB_WAITS_MS));

  // Electron's own answer to a signal ends the process before the record is closed.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => app.quit());
  }
  let closed = false;
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (!closed) {
      event.preventDefault();
      discovery?.stop();
      void Promise.all([host.close(), hub.close()]).finally(() => {
        closed = true;
        app.quit();
      });
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

function main(): void {
  const options = readOptions(process.argv.slice(1));
  if (options.dataDir !== null) {
    app.setPath('userData', path.join(options.dataDir, 'profile'));
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
