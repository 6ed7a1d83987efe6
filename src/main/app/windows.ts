import path from 'node:path';
import { BrowserWindow, MessageChannelMain, type MessagePortMain } from 'electron';
import type { IpcNotice } from '../../contracts/ipc.ts';
import { IPC_NOTICE_CHANNEL, IPC_STREAM_CHANNEL } from '../../contracts/ipcChannels.ts';
import { APP_ORIGIN } from '../security/appScheme.ts';
import { windowPreferences } from '../security/webPreferences.ts';

export type CartWindow = {
  readonly id: number;
  onLoaded(listener: () => void): void;
  notify(notice: IpcNotice): void;
  /** @returns the port for the device host; its other end goes to the page. */
  createStream(): MessagePortMain;
};

export function openCartWindow(options: {
  readonly appPath: string;
  readonly size: { readonly width: number; readonly height: number };
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
  return {
    id: window.webContents.id,
    onLoaded: (listener) => window.webContents.once('did-finish-load', listener),
    notify: (notice) => {
      if (!window.isDestroyed()) {
        window.webContents.send(IPC_NOTICE_CHANNEL, notice);
      }
    },
    createStream: () => {
      const { port1, port2 } = new MessageChannelMain();
      window.webContents.postMessage(IPC_STREAM_CHANNEL, null, [port1]);
      return port2;
    },
  };
}
