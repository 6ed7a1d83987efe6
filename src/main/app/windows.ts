import path from 'node:path';
import { BrowserWindow, MessageChannelMain, type MessagePortMain } from 'electron';
import type { IpcNotice } from '../../contracts/ipc.ts';
import { IPC_NOTICE_CHANNEL, IPC_STREAM_CHANNEL } from '../../contracts/ipcChannels.ts';
import { APP_ORIGIN } from '../security/appScheme.ts';
import { windowPreferences } from '../security/webPreferences.ts';
import { RESTART_POLICY, restartDelay } from '../supervision/restartPolicy.ts';

export type CartWindow = {
  readonly id: number;
  onLoaded(listener: () => void): void;
  notify(notice: IpcNotice): void;
  focus(): void;
  /** @returns the port for the device host; its other end goes to the page. null: no page is there. */
  createStream(): MessagePortMain | null;
};

export function openCartWindow(options: {
  readonly appPath: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly log: (entry: { code: string; [key: string]: string | number }) => void;
}): CartWindow {
  const window = new BrowserWindow({
    width: options.size.width,
    height: options.size.height,
    minWidth: 1024,
    minHeight: 700,
    show: false,
    backgroundColor: '#f4f6f8',
    autoHideMenuBar: true,
    title: 'Chariot',
    webPreferences: windowPreferences(path.join(options.appPath, 'dist/preload/preload.cjs')),
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${APP_ORIGIN}/index.html`);
  reloadWhenCrashed(window, options);
  return {
    id: window.webContents.id,
    onLoaded: (listener) => window.webContents.once('did-finish-load', listener),
    notify: (notice) => {
      if (!window.isDestroyed()) {
        window.webContents.send(IPC_NOTICE_CHANNEL, notice);
      }
    },
    focus: () => {
      if (window.isMinimized()) {
        window.restore();
      }
      window.focus();
    },
    createStream: () => {
      if (window.isDestroyed()) {
        return null;
      }
      const { port1, port2 } = new MessageChannelMain();
      window.webContents.postMessage(IPC_STREAM_CHANNEL, null, [port1]);
      return port2;
    },
  };
}

/** The record goes on without a window; the nurse gets hers back, unless it crashes in a loop. */
function reloadWhenCrashed(
  window: BrowserWindow,
  { log }: { readonly log: (entry: { code: string; [key: string]: string | number }) => void },
): void {
  const crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log({ code: 'window.gone', reason, exitCode });
    if (reason === 'clean-exit' || window.isDestroyed()) {
      return;
    }
    crashes.push(performance.now());
    const delayMs = restartDelay(RESTART_POLICY, crashes, performance.now());
    setTimeout(() => {
      if (!window.isDestroyed()) {
        window.webContents.reload();
      }
    }, delayMs);
  });
}
