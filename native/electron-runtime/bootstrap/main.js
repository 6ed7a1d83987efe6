// What a bare Electron runs when it has no app of its own: it starts the app named on the command
// line. The top-level await matters: Electron does not emit `ready` before this module has been
// evaluated, so an app's own listeners are in place in time.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron/main';

/** Splits `electron [-r MODULE]... [--switch]... APP [argument]...`; switches are Chromium's. */
function readCommandLine(words) {
  const preloads = [];
  const queue = [...words];
  while (queue.length > 0) {
    const word = queue.shift();
    if (word === '-r' || word === '--require') preloads.push(queue.shift());
    else if (word === '-v' || word === '--version') return { version: true, preloads };
    else if (word.startsWith('--app=')) return { preloads, target: word.slice('--app='.length) };
    else if (!word.startsWith('-')) return { preloads, target: word };
  }
  return { preloads };
}

function adoptIdentity(folder) {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const { name, productName, version, desktopName } = JSON.parse(readFileSync(file, 'utf8'));
  app.name = productName ?? name ?? app.name;
  if (version) app.setVersion(version);
  app.setDesktopName(desktopName ?? `${app.name}.desktop`);
  return true;
}

async function start({ preloads, target }) {
  const fromHere = createRequire(path.join(process.cwd(), 'electron-command-line.js'));
  for (const preload of preloads) fromHere(preload);
  const wanted = path.resolve(target);
  const isFolder = adoptIdentity(wanted);
  const entry = fromHere.resolve(wanted);
  app.setAppPath(isFolder ? wanted : path.dirname(entry));
  // Apps ask for it to know that process.argv[1] is their own path.
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  await import(pathToFileURL(entry).href);
}

const command = readCommandLine(process.argv.slice(1));
if (command.version) {
  console.log(`v${process.versions.electron}`);
  process.exit(0);
}
if (command.target === undefined) {
  console.error('usage: electron [-r MODULE] [--chromium-switch] APP [argument]...');
  process.exit(2);
}
try {
  await start(command);
} catch (error) {
  // Without a person in front of it a dialog would hang for ever: say it and end.
  console.error(`The app at ${command.target} could not be started.`);
  console.error(error);
  process.exit(1);
}
