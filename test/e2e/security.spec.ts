import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { type CartStage, openCartStage } from '../../src/cli/demo/stage.ts';

/** Electron has the method, and leaves it out of its types. */
type WithPreferences = { getLastWebPreferences(): Electron.WebPreferences | undefined };

let stage: CartStage;

test.beforeAll(async () => {
  stage = await openCartStage({ headless: false, input: null, say: () => undefined });
});

test.afterAll(async () => {
  await stage.close();
});

test('the window runs with the preferences that the policy asks for', async () => {
  const preferences = await stage.cart.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((contents) => {
      const all = (contents as unknown as WithPreferences).getLastWebPreferences() ?? {};
      return {
        sandbox: all.sandbox,
        contextIsolation: all.contextIsolation,
        nodeIntegration: all.nodeIntegration,
        webSecurity: all.webSecurity,
        allowRunningInsecureContent: all.allowRunningInsecureContent,
        experimentalFeatures: all.experimentalFeatures,
        webviewTag: all.webviewTag,
      };
    }),
  );
  expect(preferences.length).toBeGreaterThan(0);
  for (const window of preferences) {
    expect(window).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    });
  }
});

test('the page sees nothing of Node, and a bridge of two functions', async () => {
  const seen = await stage.cart.page.evaluate(() => {
    const scope = globalThis as unknown as Record<string, object | undefined>;
    return {
      require: typeof scope['require'],
      process: typeof scope['process'],
      module: typeof scope['module'],
      bridge: Object.keys(scope['chariot'] ?? {}).toSorted(),
    };
  });
  expect(seen).toEqual({
    require: 'undefined',
    process: 'undefined',
    module: 'undefined',
    bridge: ['call', 'onNotice'],
  });
});

test('the renderer runs under seccomp', async () => {
  test.skip(process.platform !== 'linux', 'seccomp is Linux’s');
  test.skip(process.getuid?.() === 0, 'Chromium refuses its sandbox to root');
  const pid = await stage.cart.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents()[0]?.getOSProcessId(),
  );
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  expect(/Seccomp:\s+(\d)/.exec(status)?.[1]).toBe('2');
});

test('an injected script and eval are refused by the policy', async () => {
  const outcome = await stage.cart.page.evaluate(async () => {
    let violations = 0;
    document.addEventListener('securitypolicyviolation', () => {
      violations++;
    });
    const script = document.createElement('script');
    script.textContent = 'globalThis.injected = true';
    document.body.append(script);
    // From a timer: what the inspector itself runs is exempt from the policy.
    const evaluated = await new Promise<boolean>((resolve) => {
      setTimeout(() => {
        try {
          // oxlint-disable-next-line typescript/no-implied-eval -- that it is refused is what is tested
          new Function('return 1')();
          resolve(true);
        } catch {
          resolve(false);
        }
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { violations, evaluated, injected: 'injected' in globalThis };
  });
  expect(outcome.injected).toBe(false);
  expect(outcome.evaluated).toBe(false);
  expect(outcome.violations).toBeGreaterThanOrEqual(2);
});

test('the page can neither leave, nor open, embed or download anything', async () => {
  const { page, app } = stage.cart;
  const visits: string[] = [];
  const server = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.setHeader('content-disposition', 'attachment; filename="a.txt"');
    response.end('elsewhere');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const before = page.url();
    const downloads = await countDownloads();
    const opened = await page.evaluate((url) => window.open(`${url}/opened`) === null, elsewhere);
    await page.evaluate((url) => {
      const link = document.createElement('a');
      link.href = `${url}/left`;
      document.body.append(link);
      link.click();
      const frame = document.createElement('iframe');
      frame.src = `${url}/framed`;
      const webview = document.createElement('webview');
      webview.setAttribute('src', `${url}/webview`);
      const download = document.createElement('a');
      download.href = URL.createObjectURL(new Blob(['x']));
      download.download = 'a.txt';
      document.body.append(frame, webview, download);
      download.click();
    }, elsewhere);
    await page.waitForTimeout(800);
    const windows = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
    expect(opened).toBe(true);
    expect(page.url()).toBe(before);
    expect(windows).toBe(1);
    expect(visits).toEqual([]);
    expect(await downloads()).toEqual({ asked: 1, done: 0 });
  } finally {
    server.close();
  }
});

/** Counts the downloads that Electron began, and those that it was allowed to finish. */
async function countDownloads(): Promise<() => Promise<{ asked: number; done: number }>> {
  await stage.cart.app.evaluate(({ session }) => {
    const counts = { asked: 0, done: 0 };
    (globalThis as unknown as { downloads: typeof counts }).downloads = counts;
    session.defaultSession.on('will-download', (_event, item) => {
      counts.asked++;
      item.once('done', (_done, state) => {
        counts.done += state === 'completed' ? 1 : 0;
      });
    });
  });
  return () =>
    stage.cart.app.evaluate(
      () => (globalThis as unknown as { downloads: { asked: number; done: number } }).downloads,
    );
}

test('permissions are denied, but camera and microphone', async () => {
  const states = await stage.cart.page.evaluate(async () => {
    const ask = async (name: string): Promise<string> => {
      const status = await navigator.permissions.query({ name: name as PermissionName });
      return status.state;
    };
    const located = await new Promise<string>((resolve) => {
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        ({ code }) => resolve(code === 1 ? 'denied' : `error ${code}`),
        { timeout: 3000 },
      );
    });
    const notified = await Notification.requestPermission();
    const midi = await navigator.requestMIDIAccess({ sysex: true }).then(
      () => 'granted',
      () => 'denied',
    );
    const clipboard = await navigator.clipboard.readText().then(
      () => 'granted',
      () => 'denied',
    );
    return { camera: await ask('camera'), located, notified, midi, clipboard };
  });
  expect(states).toEqual({
    camera: 'granted',
    located: 'denied',
    notified: 'denied',
    midi: 'denied',
    clipboard: 'denied',
  });
});

test('a call from another window’s page or of another shape is refused', async () => {
  const answers = await stage.cart.page.evaluate(async () => {
    const bridge = (globalThis as unknown as { chariot: ChariotBridge }).chariot;
    return {
      unknown: await bridge.call('deleteEverything', {}),
      prototype: await bridge.call('__proto__', {}),
      malformed: await bridge.call('commandDevice', { deviceId: 7 }),
    };
  });
  expect(answers).toMatchObject({
    unknown: { ok: false, fault: { code: 'IPC_UNKNOWN_CALL' } },
    prototype: { ok: false, fault: { code: 'IPC_UNKNOWN_CALL' } },
    malformed: { ok: false, fault: { code: 'IPC_MALFORMED' } },
  });
  const foreign = await callFromForeignWindow();
  expect(foreign).toMatchObject({ ok: false, fault: { code: 'IPC_SENDER_REFUSED' } });
});

type ChariotBridge = { call(name: string, input: unknown): Promise<unknown> };

/** A window with our own preload but another origin: what a hijacked page would be. */
async function callFromForeignWindow(): Promise<unknown> {
  return await stage.cart.app.evaluate(async ({ app, BrowserWindow }) => {
    const preload = `${app.getAppPath()}/dist/preload/preload.cjs`;
    const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true, preload } });
    try {
      await window.loadURL('data:text/html,<title>foreign</title>');
      return (await window.webContents.executeJavaScript(
        "window.chariot.call('listDevices', {})",
      )) as unknown;
    } finally {
      window.destroy();
    }
  });
}
