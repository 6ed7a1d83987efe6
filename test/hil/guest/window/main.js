// Started by Electron in the guest: a sandboxed window with the camera, and the camera's button.
import { once } from 'node:events';
import { constants, open, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { app, BrowserWindow, session } from 'electron';

const config = JSON.parse(process.argv.at(-1));
const PRODUCT = 'Emulated dermatoscope';
const KEY = 1;
const KEY_CAMERA = 212;
const EVENT_BYTES = 24;
const LIMIT_MS = 60_000;

const socket = connect({ host: config.host, port: config.controlPort, noDelay: true });
const waiting = [];
createInterface({ input: socket }).on('line', (line) => waiting.shift()?.(JSON.parse(line).done));
const ask = (request) => {
  socket.write(`${JSON.stringify(request)}\n`);
  return new Promise((resolve) => waiting.push(resolve));
};

async function check(name, job) {
  const limit = sleep(LIMIT_MS, null, { ref: false }).then(() => {
    throw new Error(`not done in ${LIMIT_MS} ms`);
  });
  const outcome = await Promise.race([job(), limit]).then(
    (detail) => ({ passed: true, detail }),
    (error) => ({ passed: false, detail: error.message }),
  );
  await ask({ op: 'result', name: `Electron ${process.versions.electron}: ${name}`, ...outcome });
}

const need = (condition, sentence) => {
  if (!condition) throw new Error(sentence);
};

function buttonNode() {
  const folder = '/sys/class/input';
  const isOurs = (name) =>
    readFileSync(path.join(folder, name, 'device/name'), 'utf8').includes(PRODUCT.slice(0, 20));
  const node = readdirSync(folder).find((name) => name.startsWith('event') && isOurs(name));
  need(node !== undefined, 'the camera has no input device');
  return path.join('/dev/input', node);
}

const openFile = promisify(open);

// Key events of the camera until `signal`.
async function collectKeys(file, signal, keys) {
  const { read } = await import('node:fs');
  const buffer = Buffer.alloc(EVENT_BYTES * 16);
  while (!signal.aborted) {
    const length = await new Promise((resolve) => {
      read(file, buffer, 0, buffer.length, null, (error, bytes) => resolve(error ? 0 : bytes));
    });
    for (let at = 0; at + EVENT_BYTES <= length; at += EVENT_BYTES) {
      if (buffer.readUInt16LE(at + 16) !== KEY) continue;
      keys.push(`${buffer.readUInt16LE(at + 18)}=${buffer.readInt32LE(at + 20)}`);
    }
    await sleep(10);
  }
}

async function runChecks(page) {
  const run = (code) => page.executeJavaScript(code, true);
  await check('the window opens our camera by name', async () => {
    const seen = await run(`openCamera(${JSON.stringify(PRODUCT)})`);
    need(seen.opened, `only ${seen.labels.join(', ')}`);
    return seen.labels.join(', ');
  });
  await check('the picture is the camera’s own, and moves', async () => {
    await sleep(1500);
    const first = await run('lookAtPicture()');
    await sleep(1500);
    const second = await run('lookAtPicture()');
    need(first.width === 640 && first.height === 480, `${first.width}x${first.height}`);
    const [red, green, blue] = first.middle;
    // Chroma 90, 180: red most, blue least.
    need(red > green + 30 && green > blue + 10, `colour ${first.middle.join(' ')}`);
    const frames = second.number - first.number;
    need(frames > 0, `frame ${first.number}, then ${second.number}`);
    return `640x480, frame ${first.number}, then ${second.number}`;
  });
  await check('the camera’s button arrives as KEY_CAMERA, down and up', async () => {
    const file = await openFile(buttonNode(), constants.O_RDONLY | constants.O_NONBLOCK);
    const stop = new AbortController();
    const keys = [];
    const collecting = collectKeys(file, stop.signal, keys);
    const wasSeen = await ask({ op: 'press', busId: config.buses.camera });
    for (let i = 0; i < 500 && keys.length < 2; i += 1) await sleep(20);
    stop.abort();
    await collecting;
    need(wasSeen, 'the kernel did not ask the camera for its button');
    need(keys.join() === `${KEY_CAMERA}=1,${KEY_CAMERA}=0`, `events: ${keys.join()}`);
    return keys.join(', ');
  });
  await check('the camera unplugged ends its track', async () => {
    const started = Date.now();
    await ask({ op: 'unplug', busId: config.buses.camera });
    let endedAt;
    while (endedAt === undefined) endedAt = await run('globalThis.endedAt');
    return `after ${endedAt - started} ms`;
  });
}

// Not awaited at the top level: Electron is ready only once this module has been evaluated.
async function start() {
  await once(socket, 'connect');
  await app.whenReady();
  session.defaultSession.setPermissionRequestHandler((_, __, answer) => answer(true));
  session.defaultSession.setPermissionCheckHandler(() => true);
  const window = new BrowserWindow({
    show: true,
    webPreferences: { sandbox: true, contextIsolation: true, backgroundThrottling: false },
  });
  await window.loadFile(path.join(import.meta.dirname, 'page.html'));
  const sandbox = app.commandLine.hasSwitch('no-sandbox') ? 'without sandbox' : 'in its sandbox';
  await ask({ op: 'note', text: `window is open, ${sandbox}` });
  await runChecks(window.webContents);
  socket.end();
  app.exit(0);
}

start().catch((error) => {
  console.error(error);
  app.exit(1);
});
