// The least that Electron can do with a sandboxed window: the limit that the start is compared with.
const { app, BrowserWindow } = require('electron');

async function show() {
  await app.whenReady();
  const window = new BrowserWindow({
    width: 1600,
    height: 1000,
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true },
  });
  window.once('ready-to-show', () => {
    window.show();
    process.stderr.write(`${JSON.stringify({ code: 'shown' })}\n`);
  });
  await window.loadURL('data:text/html,<!doctype html><title>empty</title><canvas></canvas>');
}
void show();
app.on('window-all-closed', () => app.quit());
