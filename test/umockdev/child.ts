import { systemTime } from '../../src/devices/_sdk/time.ts';
import { listDevices } from '../../src/devices/_transport/discovery.ts';
import { openTransport } from '../../src/devices/_transport/open.ts';
import { cytonAdapter } from '../../src/devices/openbci.cyton/adapter.ts';
import { gdxSprAdapter } from '../../src/devices/vernier.gdx-spr/adapter.ts';

/*
 * Runs inside a mocked /sys and /dev: does what its first argument says and prints one JSON line.
 */
async function list(): Promise<unknown> {
  return await listDevices([cytonAdapter.manifest, gdxSprAdapter.manifest]);
}

/** The board's own question on the real serial binding. */
async function identify(): Promise<unknown> {
  const wire = cytonAdapter.manifest.wires[0];
  const opened = await openTransport({ kind: 'serial', path: '/dev/ttyUSB0' }, wire);
  if (!opened.ok) return opened;
  const identity = await cytonAdapter.probe(opened.value, {
    time: systemTime,
    wire,
    calibration: () => null,
  });
  await opened.value.close();
  return identity;
}

/** Writes one report (hexadecimal) through the real HID binding and waits for one. */
async function exchange(report: string): Promise<unknown> {
  const wire = gdxSprAdapter.manifest.wires[0];
  const opened = await openTransport({ kind: 'hid', path: '/dev/hidraw0' }, wire);
  if (!opened.ok) return opened;
  const heard = new Promise<string>((resolve) => {
    opened.value.readable.listen((bytes) => resolve(Buffer.from(bytes).toString('hex')));
  });
  const written = await opened.value.writable.write(Buffer.from(report, 'hex'));
  const answer = written.ok ? await heard : written;
  await opened.value.close();
  return answer;
}

const [what, argument = ''] = process.argv.slice(2);
const jobs: Readonly<Record<string, () => Promise<unknown>>> = {
  list,
  identify,
  exchange: () => exchange(argument),
};
const job = jobs[what ?? ''];
if (job === undefined) throw new Error(`nothing is called "${what}"`);
console.log(JSON.stringify(await job()));
// A mocked device has no hang-up: what still reads would never end.
process.exit(0);
