import { fork, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Control, connectControl } from '../control.ts';
import { LAST_CHECK } from '../report.ts';
import { attach } from './attach.ts';
import { BUNDLE_FOLDER, type GuestConfig, PERSON, RULES_SOURCE, RULES_TARGET } from './config.ts';
import type { RootRequest } from './person.ts';

/*
 * Root in the guest: plugs devices in, installs rules, and starts the checks as an ordinary person.
 */
const HOME = '/run/person';

/** The person sits at the screen, as systemd-logind would have written it down. */
function seatPerson(): void {
  mkdirSync('/run/systemd/seats', { recursive: true });
  const active = `ACTIVE=c1\nACTIVE_UID=${PERSON.uid}\n`;
  writeFileSync('/run/systemd/seats/seat0', active);
  mkdirSync(HOME, { mode: 0o700 });
  spawnSync('chown', [`${PERSON.uid}:${PERSON.gid}`, HOME]);
  mkdirSync('/tmp/.X11-unix', { recursive: true });
  chmodSync('/tmp/.X11-unix', 0o1777);
  chmodSync('/dev/shm', 0o1777);
}

/** A checkout in somebody's home: only in the guest's own layer is the way there opened. */
function openWay(target: string): void {
  for (let at = target; at !== '/'; at = path.dirname(at)) {
    const { mode } = statSync(at);
    if ((mode & 0o005) !== 0o005) chmodSync(at, mode | 0o005);
  }
}

function udevadm(...args: string[]): void {
  const { status, stderr } = spawnSync('udevadm', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`udevadm ${args.join(' ')}: ${stderr}`);
}

function installRules(root: string): void {
  mkdirSync(path.dirname(RULES_TARGET), { recursive: true });
  copyFileSync(path.join(root, RULES_SOURCE), RULES_TARGET);
  udevadm('control', '--reload');
  udevadm('trigger', '--action=change');
  udevadm('settle');
}

const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  HOME,
  TMPDIR: HOME,
  XDG_RUNTIME_DIR: HOME,
  LC_ALL: 'C.UTF-8',
};

async function serve(request: RootRequest, config: GuestConfig): Promise<void> {
  if (request.ask === 'rules') installRules(config.root);
  else await attach(config.host, config.usbipPort, request.busId);
}

/** Runs a script of checks as the person; what it may not do itself it asks of us. */
async function runChecks(script: string, config: GuestConfig, control: Control): Promise<void> {
  const child = fork(path.join(config.root, BUNDLE_FOLDER, script), [JSON.stringify(config)], {
    ...PERSON,
    cwd: config.root,
    env: environment,
  });
  child.on('message', (message) => {
    // Our own child's words.
    serve(message as RootRequest, config).then(
      () => child.send('done'),
      (error: unknown) => child.send(String(error)),
    );
  });
  const end = await new Promise<string | number | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
  if (end === 0) return;
  await control.ask({ op: 'result', name: script, passed: false, detail: `ended with ${end}` });
}

async function runWindow(config: GuestConfig, control: Control): Promise<void> {
  if (config.electron === null || config.xvfb === null) {
    await control.ask({
      op: 'note',
      text: 'no Electron or no Xvfb here: the window is not checked',
    });
    return;
  }
  const display = ':4871';
  const asPerson = { ...PERSON, cwd: HOME, stdio: 'inherit' } as const;
  const screen = ['-screen', '0', '1024x768x24', '-nolisten', 'tcp'];
  const xvfb = spawn(config.xvfb, [display, ...screen], { ...asPerson, env: environment });
  const app = path.join(config.root, 'test/hil/guest/window');
  const switches = [
    '--disable-gpu',
    '--disable-software-rasterizer',
    '--use-fake-ui-for-media-stream',
    `--user-data-dir=${HOME}/app`,
  ];
  const child = spawn(config.electron, [...switches, app, JSON.stringify(config)], {
    ...asPerson,
    env: { ...environment, DISPLAY: display },
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => resolve(null));
  });
  xvfb.kill();
  if (code === 0) return;
  await control.ask({ op: 'result', name: 'window', passed: false, detail: `ended with ${code}` });
}

async function main(): Promise<void> {
  const config = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as GuestConfig;
  const control = await connectControl(config.host, config.controlPort);
  const uptime = (): string => readFileSync('/proc/uptime', 'utf8').split(' ')[0] ?? '';
  await control.ask({ op: 'note', text: `guest is up after ${uptime()} s` });
  seatPerson();
  openWay(config.root);
  if (config.electron !== null) openWay(path.dirname(config.electron));
  for (const busId of Object.values(config.buses)) {
    await attach(config.host, config.usbipPort, busId);
  }
  await new Promise((resolve) => setTimeout(resolve, 1500));
  udevadm('settle');
  await control.ask({ op: 'note', text: `devices are attached after ${uptime()} s` });
  await runChecks('checks.mjs', config, control);
  await runWindow(config, control);
  await control.ask({
    op: 'result',
    name: LAST_CHECK,
    passed: true,
    detail: `after ${uptime()} s`,
  });
  control.close();
}

await main();
