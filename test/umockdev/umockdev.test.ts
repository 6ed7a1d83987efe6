import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCytonEmulator } from '../emulators/cyton/emulator.ts';
import { createEcgModel, DEFAULT_ECG_MODEL } from '../emulators/ecg/dynamicalModel.ts';
import { gdxspr } from '../emulators/gdxspr/definition.ts';
import { type ScriptLine, writeScript } from './script.ts';

const PROGRAM = '/usr/bin/umockdev-run';
const HERE = import.meta.dirname;
const LIMIT_MS = 25_000;
const isThere = existsSync(PROGRAM);
if (!isThere) {
  console.log('umockdev is not installed: the native bindings are not tested on mocked devices.');
}

const run = promisify(execFile);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'chariot-umockdev-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function script(name: string, lines: readonly ScriptLine[]): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, writeScript(lines));
  return file;
}

/** The last line that the child prints, parsed. */
async function child(mocks: readonly string[], ...words: readonly string[]): Promise<unknown> {
  const program = [process.execPath, path.join(HERE, 'child.ts'), ...words];
  const devices = ['-d', path.join(HERE, 'devices.umockdev')];
  const { stdout } = await run(PROGRAM, [...devices, ...mocks, '--', ...program], {
    timeout: LIMIT_MS,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** Everything that the Cyton says in the two seconds after a command. */
function cytonReply(command: string): Uint8Array {
  const cyton = createCytonEmulator({ source: createEcgModel(DEFAULT_ECG_MODEL) });
  cyton.advance(0);
  const said = cyton.receive(Buffer.from(command), 0);
  for (let ms = 1; ms <= 2000; ms += 1) said.push(...cyton.advance(ms).writes);
  return Buffer.concat(said);
}

/** The spirometer's answer to a report. */
function spirometerReply(report: Uint8Array): Uint8Array {
  const device = gdxspr.create({});
  device.advance(0);
  const said = [...device.receive(report, 0)];
  for (let ms = 1; ms <= 500 && said.length === 0; ms += 1) said.push(...device.advance(ms).writes);
  const [first] = said;
  if (first === undefined) throw new Error('the emulator does not answer');
  return first;
}

/** INIT of the vendor's protocol, in a report of 64 bytes. */
function initReport(): Uint8Array {
  const init = Buffer.from('195819ff401aa54a06490748084709460a450b440c430d420e41', 'hex');
  const report = Buffer.alloc(64);
  init.copy(report);
  report[4] = 0;
  report[4] = report.subarray(1, 26).reduce((sum, byte) => (sum + byte) & 0xff, 0);
  return report;
}

// Recorded in the guest of test/hil from the emulated devices on real drivers.
describe.skipIf(!isThere)('native bindings on mocked devices', () => {
  it('lists a serial port and a HID device with the numbers that udev tells', async () => {
    const listed = await child([], 'list');
    expect(listed).toMatchObject({ faults: [] });
    expect(listed).toMatchObject({
      sightings: expect.arrayContaining([
        expect.objectContaining({
          address: { kind: 'serial', path: '/dev/ttyUSB0' },
          vendorId: '0403',
          productId: '6015',
          serialNumber: 'DM00EMUL',
          candidates: [expect.objectContaining({ adapterId: 'openbci.cyton' })],
        }),
        expect.objectContaining({
          address: { kind: 'hid', path: '/dev/hidraw0' },
          vendorId: '08f7',
          productId: '0010',
          serialNumber: '0A100042',
          usagePage: 0xff00,
          candidates: [expect.objectContaining({ adapterId: 'vernier.gdx-spr' })],
        }),
      ]),
    });
  });

  it('identifies a board through the real serial binding', async () => {
    const file = await script('cyton.script', [
      { way: 'write', afterMs: 0, bytes: Buffer.from('v') },
      { way: 'read', afterMs: 5, bytes: cytonReply('v') },
    ]);
    const identity = await child(['-s', `/dev/ttyUSB0=${file}`], 'identify');
    expect(identity).toMatchObject({ ok: true, value: { adapterId: 'openbci.cyton' } });
    expect(identity).toMatchObject({ value: { firmware: 'v3.1.2' } });
  });

  it('carries reports through the real HID binding', async () => {
    const report = initReport();
    const reply = spirometerReply(report);
    // The HID binding puts the number of the report first: 0, for there is none.
    const file = await script('spirometer.script', [
      { way: 'write', afterMs: 0, bytes: Buffer.concat([Buffer.from([0]), report]) },
      { way: 'read', afterMs: 5, bytes: reply },
    ]);
    const mocks = ['-i', `/dev/hidraw0=${path.join(HERE, 'hid.ioctl')}`];
    const hex = Buffer.from(report).toString('hex');
    const heard = await child([...mocks, '-s', `/dev/hidraw0=${file}`], 'exchange', hex);
    expect(heard).toBe(Buffer.from(reply).toString('hex'));
  });
});
