// Opens a hidden, sandboxed window, lets its page compute, prints the versions and ends.
import { app, BrowserWindow } from 'electron/main';

async function smoke() {
  const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
  await window.loadURL('data:text/html,<title>smoke</title>');
  const answer = await window.webContents.executeJavaScript('[6 * 7, document.title].join()');
  const { electron, chrome, napi } = process.versions;
  console.log(`smoke:${JSON.stringify({ answer, electron, chrome, napi })}`);
  app.exit(answer === '42,smoke' ? 0 : 1);
}

// Not awaited: `ready` comes only after this module has been evaluated.
void app.whenReady().then(smoke);
