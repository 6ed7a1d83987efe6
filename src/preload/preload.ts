import { contextBridge, ipcRenderer } from 'electron';
import {
  IPC_CALL_CHANNEL,
  IPC_NOTICE_CHANNEL,
  IPC_STREAM_CHANNEL,
} from '../contracts/ipcChannels.ts';

/**
 * The whole bridge: one call, one notice, one port. What may pass is decided by the contract's
 * router in main, not here; nothing of Node or Electron is handed to the page.
 */
contextBridge.exposeInMainWorld('chariot', {
  call: (name: string, input: unknown): Promise<unknown> =>
    ipcRenderer.invoke(IPC_CALL_CHANNEL, name, input),
  onNotice: (listener: (notice: unknown) => void): (() => void) => {
    const forward = (_event: unknown, notice: unknown): void => listener(notice);
    ipcRenderer.on(IPC_NOTICE_CHANNEL, forward);
    return () => {
      ipcRenderer.removeListener(IPC_NOTICE_CHANNEL, forward);
    };
  },
});

// A MessagePort cannot cross contextBridge; window.postMessage is the documented way. Only this
// window's own page can receive it: the target origin is the page's own.
ipcRenderer.on(IPC_STREAM_CHANNEL, (event) => {
  window.postMessage(IPC_STREAM_CHANNEL, window.location.origin, [...event.ports]);
});
