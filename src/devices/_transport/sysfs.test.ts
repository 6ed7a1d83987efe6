import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AdapterManifest, Fingerprint } from '../_sdk/adapter.ts';
import { listDevices } from './discovery.ts';
import { hidSightings, serialSightings, sysfsUsbSightings, systemSources } from './sources.ts';
import { listSysfsInputs, listSysfsUsb, placeOf, readDriver } from './sysfs.ts';

/*
 * The tree of a machine with an FTDI cable (1-1), a PHDC device behind a hub (1-2.3), a camera with
 * a button (1-4) and a keyboard's power key that is no USB device. Layout: Documentation/ABI of the
 * kernel (sysfs-bus-usb, sysfs-class-input).
 */
const root = mkdtempSync(join(tmpdir(), 'chariot-sys-'));
const devices = 'devices/pci0000:00/usb1';

function put(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${text}\n`);
}

function link(path: string, target: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  mkdirSync(join(root, target), { recursive: true });
  symlinkSync(join(root, target), file);
}

function usb(socket: string, path: string, told: Record<string, string>): void {
  for (const [name, text] of Object.entries(told)) {
    put(`${path}/${name}`, text);
  }
  link(`bus/usb/devices/${socket}`, path);
}

function usbInterface(name: string, path: string, number: string, code: string, driver?: string) {
  put(`${path}/bInterfaceNumber`, number);
  put(`${path}/bInterfaceClass`, code);
  link(`bus/usb/devices/${name}`, path);
  if (driver !== undefined) {
    link(`${path}/driver`, `bus/usb/drivers/${driver}`);
  }
}

usb('1-1', `${devices}/1-1`, {
  idVendor: '0403',
  idProduct: '6015',
  manufacturer: 'FTDI',
  product: 'FT231X USB UART',
  serial: 'DQ007TXX',
});
usbInterface('1-1:1.0', `${devices}/1-1/1-1:1.0`, '00', 'ff', 'ftdi_sio');
link('class/tty/ttyUSB0/device', `${devices}/1-1/1-1:1.0/ttyUSB0`);

usb('1-2', `${devices}/1-2`, { idVendor: '1d6b', idProduct: '0002' });
usbInterface('1-2:1.0', `${devices}/1-2/1-2:1.0`, '00', '09', 'hub');
usb('1-2.3', `${devices}/1-2/1-2.3`, { idVendor: '173a', idProduct: '21d5', serial: '99887766' });
usbInterface('1-2.3:1.0', `${devices}/1-2/1-2.3/1-2.3:1.0`, '00', '0f');

usb('1-4', `${devices}/1-4`, { idVendor: '1209', idProduct: '0004', product: 'Dermatoscope' });
usbInterface('1-4:1.0', `${devices}/1-4/1-4:1.0`, '00', '0e', 'uvcvideo');
usbInterface('1-4:1.1', `${devices}/1-4/1-4:1.1`, '01', '0e', 'uvcvideo');
put(`${devices}/1-4/1-4:1.0/input/input5/name`, 'Dermatoscope: Dermatoscope');
put(`${devices}/1-4/1-4:1.0/input/input5/id/vendor`, '1209');
put(`${devices}/1-4/1-4:1.0/input/input5/id/product`, '0004');
put(`${devices}/1-4/1-4:1.0/input/input5/uniq`, '');
link('class/input/event5/device', `${devices}/1-4/1-4:1.0/input/input5`);
put('devices/LNXSYSTM:00/input/input0/name', 'Power Button');
put('devices/LNXSYSTM:00/input/input0/id/vendor', '0000');
put('devices/LNXSYSTM:00/input/input0/id/product', '0001');
link('class/input/event0/device', 'devices/LNXSYSTM:00/input/input0');
mkdirSync(join(root, 'class/input/mice'), { recursive: true });

afterAll(() => rmSync(root, { recursive: true }));

function manifest(adapterId: string, ...fingerprints: Omit<Fingerprint, 'seen'>[]) {
  return {
    adapterId,
    adapterVersion: '1.0.0',
    manufacturer: '',
    model: '',
    kind: 'health',
    wires: [{ kind: 'serial', name: 'line', baudRate: 9600 }],
    fingerprints: fingerprints.map((print) => ({ ...print, seen: 'nowhere' })),
    streams: [],
    measurements: [],
    capabilities: [],
    caveats: [],
    listensOnly: false,
    quietMs: null,
    silentMs: null,
    replay: null,
    sources: [],
  } satisfies AdapterManifest;
}

const MANIFESTS = [
  manifest('cable', {
    transport: 'serial',
    vendorId: '0403',
    productId: '6015',
    manufacturerHints: ['ftdi'],
  }),
  manifest('phdc', { transport: 'usb', interfaceClass: 0x0f }),
  manifest(
    'camera',
    { transport: 'usb', interfaceClass: 0x0e },
    { transport: 'input', interfaceClass: 0x0e },
  ),
];

describe('sysfs', () => {
  it('tells USB devices, their interfaces and who has them', async () => {
    const found = await listSysfsUsb(root);
    expect(found.map(({ socket }) => socket)).toEqual(['1-1', '1-2', '1-2.3', '1-4']);
    expect(found[2]).toEqual({
      socket: '1-2.3',
      vendorId: '173a',
      productId: '21d5',
      manufacturer: null,
      product: null,
      serialNumber: '99887766',
      interfaces: [{ interfaceNumber: 0, interfaceClass: 0x0f, driver: null }],
    });
    expect(await readDriver('1-4', 1, root)).toBe('uvcvideo');
    expect(await readDriver('1-2.3', 0, root)).toBeNull();
  });

  it('tells where a node hangs', async () => {
    expect(await placeOf('tty', 'ttyUSB0', root)).toEqual({ socket: '1-1', interfaceNumber: 0 });
    expect(await placeOf('tty', 'ttyS0', root)).toBeNull();
    expect(await placeOf('input', 'event0', root)).toBeNull();
    const inputs = await listSysfsInputs(root);
    expect(inputs.map(({ path, place }) => [path, place?.socket])).toEqual([
      ['/dev/input/event0', undefined],
      ['/dev/input/event5', '1-4'],
    ]);
  });

  it('has nothing to tell on a machine without it', async () => {
    expect(await listSysfsUsb('/nonexistent')).toEqual([]);
    expect(await listSysfsInputs('/nonexistent')).toEqual([]);
    expect(await readDriver('1-1', 0, '/nonexistent')).toBeNull();
  });

  it('gives a port without udev its identity', async () => {
    const [port] = await serialSightings([{ path: '/dev/ttyUSB0' }], root);
    expect(port).toMatchObject({ vendorId: '0403', productId: '6015', serialNumber: 'DQ007TXX' });
    expect(port).toMatchObject({ manufacturer: 'FTDI', socket: '1-1', owned: true });
  });
});

describe('one list of all kinds', () => {
  it('shows each device once, by the way that can be opened, with who may speak to it', async () => {
    const sources = {
      ...systemSources(root),
      serial: () => serialSightings([{ path: '/dev/ttyS0' }, { path: '/dev/ttyUSB0' }], root),
      hid: () => hidSightings([], root),
      usb: () => sysfsUsbSightings(root),
    };
    const { sightings, faults } = await listDevices(MANIFESTS, sources);
    expect(faults).toEqual([]);
    expect(sightings.map(({ address, candidates }) => [address, candidates])).toEqual([
      [{ kind: 'serial', path: '/dev/ttyS0' }, []],
      [{ kind: 'serial', path: '/dev/ttyUSB0' }, [{ adapterId: 'cable', score: 15, wire: null }]],
      [{ kind: 'usb', path: '1-2.3' }, [{ adapterId: 'phdc', score: 10, wire: null }]],
      [
        { kind: 'input', path: '/dev/input/event5' },
        [{ adapterId: 'camera', score: 10, wire: null }],
      ],
    ]);
    expect(sightings[2]).toEqual({
      address: { kind: 'usb', path: '1-2.3' },
      vendorId: '173a',
      productId: '21d5',
      manufacturer: null,
      product: null,
      serialNumber: '99887766',
      interfaceNumber: 0,
      usagePage: null,
      usage: null,
      interfaceClass: 0x0f,
      candidates: [{ adapterId: 'phdc', score: 10, wire: null }],
    });
  });
});
