import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { firstExisting, isRecord, readJson } from '../../native/kit/files.ts';
import { tail } from '../../native/kit/run.ts';
import { cacheFolder } from '../../scripts/setup/places.ts';
import { type ControlRequest, serveControl } from './control.ts';
import { BUSES, createTestCamera, INSTRUMENTS, OTHERS } from './devices.ts';
import { createModel } from './exporter/models.ts';
import { serveModels } from './exporter/serve.ts';
import { bundleGuest } from './guest/bundle.ts';
import { BUNDLE_FOLDER, type GuestConfig } from './guest/config.ts';
import { buildInitrd } from './guest/initrd.ts';
import { findKernel, type Kernel, modulesOf } from './guest/kernel.ts';
import { runMachine } from './guest/machine.ts';
import { findPrograms, type Programs } from './guest/prerequisites.ts';
import { createReport, type Report } from './report.ts';

/*
 * npm run test:hil: emulated devices on a real kernel's USB drivers, in a guest that this machine
 * plays in software. docs/hardware-tests.md says what is checked and what is not.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const LIMIT_MS = 5 * 60_000;
const GUEST_HOST = '10.0.2.2';
const MEMORY_MB = 3072;
const PROCESSORS = 2;

/** False also where this user may not look: another user's home. */
function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function electronBinary(): string | null {
  const runtime = readJson(path.join(ROOT, 'build/runtime.json'));
  const electron = isRecord(runtime) ? runtime['electron'] : undefined;
  const binary = isRecord(electron) ? electron['binary'] : undefined;
  return typeof binary === 'string' && isProgram(binary) ? binary : null;
}

/** Exports the devices, and does to them what the guest asks. */
async function playDevices(report: Report, signal: AbortSignal) {
  const camera = createTestCamera();
  const instruments = Object.entries(INSTRUMENTS).map(([name, definition]) => ({
    busId: BUSES[name as keyof typeof INSTRUMENTS],
    model: createModel(definition, {}),
  }));
  const others = OTHERS.map(({ definition, variant, busId }) => ({
    busId,
    model: createModel(definition, variant === undefined ? {} : { variant }),
  }));
  const devices = [...instruments, ...others, { busId: BUSES.camera, model: camera.model }];
  const usbip = await serveModels({ port: 0, signal, devices });
  const obey = (request: ControlRequest): boolean => {
    if (request.op === 'press') return camera.press();
    if (request.op === 'result') report.result(request);
    else if (request.op === 'note') report.note(request.text);
    else usbip[request.op](request.busId);
    return true;
  };
  const control = await serveControl(obey, signal);
  return { usbipPort: usbip.port, controlPort: control.port, stop: usbip.stop };
}

function machineFacts(programs: Programs, kernel: Kernel, config: string) {
  return {
    stage: path.join(ROOT, 'test/hil/guest/stage.sh'),
    modules: path.dirname(modulesOf(kernel)),
    udevd: programs.udevd,
    root: ROOT,
    node: process.execPath,
    agent: path.join(ROOT, BUNDLE_FOLDER, 'agent.mjs'),
    config,
  };
}

/** @returns whether everything was as it should be. */
async function play(programs: Programs, kernel: Kernel, cache: string): Promise<boolean> {
  const report = createReport();
  const scratch = await mkdtemp(path.join(tmpdir(), 'chariot-hil-'));
  const ending = new AbortController();
  const configFile = path.join(scratch, 'config.json');
  const consoleFile = process.env['CHARIOT_HIL_CONSOLE'] ?? path.join(scratch, 'console.log');
  try {
    const { stop, ...ports } = await playDevices(report, ending.signal);
    const xvfb = firstExisting(['/usr/bin/Xvfb']);
    const place = { host: GUEST_HOST, root: ROOT, electron: electronBinary(), xvfb };
    const config: GuestConfig = { ...place, ...ports, buses: BUSES };
    await writeFile(configFile, JSON.stringify(config));
    await runMachine({
      programs,
      kernel,
      initrd: await buildInitrd(kernel, programs, cache),
      facts: machineFacts(programs, kernel, configFile),
      memoryMb: MEMORY_MB,
      processors: PROCESSORS,
      consoleFile,
      signal: AbortSignal.any([AbortSignal.timeout(LIMIT_MS), interrupted()]),
    });
    await stop();
    const passed = report.end();
    const log = await readFile(consoleFile, 'utf8');
    if (!passed) console.log(`The guest's console ended:\n${tail(log, 40)}`);
    return passed;
  } finally {
    ending.abort();
    await rm(scratch, { recursive: true, force: true });
  }
}

function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

function skip(reason: string): void {
  console.log(`SKIP hardware in the loop: ${reason}`);
}

async function main(): Promise<void> {
  const found = findPrograms();
  if (!found.ok) return skip(found.reason);
  const { env, platform } = process;
  const cache = path.join(cacheFolder({ env, platform, home: homedir() }), 'hil');
  const kernel = await findKernel(cache);
  if (!kernel.ok) return skip(kernel.reason);
  console.log(`Guest: Linux ${kernel.kernel.abi}, software emulation.`);
  await bundleGuest(ROOT);
  const passed = await play(found.programs, kernel.kernel, cache);
  if (!passed) process.exitCode = 1;
}

await main();
