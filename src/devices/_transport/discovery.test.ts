import { describe, expect, it } from 'vitest';
import type { AdapterManifest, Fingerprint } from '../_sdk/adapter.ts';
import { listDevices, locate, sightingAt } from './discovery.ts';
import type { UsbHandle } from './libraries.ts';
import { scoreOf } from './score.ts';
import type { RawSighting } from './sighting.ts';
import {
  type DiscoverySources,
  hidSightings,
  librarySighting,
  serialSightings,
} from './sources.ts';

const NONE: DiscoverySources = {
  serial: async () => [],
  hid: async () => [],
  usb: async () => [],
  input: async () => [],
  serialAt: null,
};

function seen(part: Partial<RawSighting> & Pick<RawSighting, 'address'>): RawSighting {
  return {
    vendorId: null,
    productId: null,
    manufacturer: null,
    product: null,
    serialNumber: null,
    interfaceNumber: null,
    usagePage: null,
    usage: null,
    interfaceClass: null,
    socket: null,
    owned: false,
    ...part,
  };
}

const cable = (path: string, serialNumber: string | null) =>
  seen({
    address: { kind: 'serial', path },
    vendorId: '0403',
    productId: '6015',
    manufacturer: 'FTDI',
    serialNumber,
  });

function manifest(adapterId: string, ...fingerprints: Fingerprint[]): AdapterManifest {
  return {
    adapterId,
    adapterVersion: '1.0.0',
    manufacturer: '',
    model: '',
    kind: 'health',
    wires: [{ kind: 'input', name: 'events' }],
    fingerprints,
    streams: [],
    measurements: [],
    capabilities: [],
    caveats: [],
    listensOnly: true,
    quietMs: null,
    silentMs: null,
    replay: null,
    sources: [],
  };
}

describe('the score of a fingerprint', () => {
  const at = cable('/dev/ttyUSB0', 'OB-12');
  const ids = { transport: 'serial', vendorId: '0403', productId: '6015', seen: '' } as const;

  it.each<[string, Fingerprint, number]>([
    ['vendor and product', ids, 10],
    ['a hint that is found', { ...ids, manufacturerHints: ['ftdi', 'openbci'] }, 15],
    ['a serial number', { ...ids, serialNumber: /^OB-/ }, 20],
    ['the vendor alone', { transport: 'serial', vendorId: '0403', seen: '' }, 4],
    ['what is not told, once the numbers agree', { ...ids, interfaceNumber: 1 }, 10],
    ['another product', { ...ids, productId: '6001' }, 0],
    ['another serial number', { ...ids, serialNumber: /^ZZ/ }, 0],
    ['another kind of wire', { ...ids, transport: 'hid' }, 0],
    ['nothing at all', { transport: 'serial', seen: '' }, 0],
    ['a class that is not told', { transport: 'serial', interfaceClass: 2, seen: '' }, 0],
  ])('%s', (_, print, score) => {
    expect(scoreOf(at, print)).toBe(score);
  });

  it('takes the class of a standard for enough, unless a driver has the interface', () => {
    const print: Fingerprint = { transport: 'usb', interfaceClass: 0x0f, seen: '' };
    const phdc = seen({ address: { kind: 'usb', path: '1-2' }, interfaceClass: 0x0f });
    expect(scoreOf(phdc, print)).toBe(10);
    expect(scoreOf({ ...phdc, owned: true }, print)).toBe(1);
    expect(scoreOf({ ...phdc, interfaceClass: 0x08 }, print)).toBe(0);
  });

  it('adds usage page and usage, and refuses others', () => {
    const hid = seen({ address: { kind: 'hid', path: 'x' }, usagePage: 0x8d, usage: 1 });
    const print: Fingerprint = { transport: 'hid', usagePage: 0x8d, usage: 1, seen: '' };
    expect(scoreOf(hid, print)).toBe(5);
    expect(scoreOf(hid, { ...print, usage: 2 })).toBe(0);
  });
});

describe('discovery', () => {
  it('lists the other kinds when one cannot be listed, and tells which', async () => {
    const { sightings, faults } = await listDevices([], {
      ...NONE,
      serial: async () => [cable('/dev/ttyUSB0', 'A')],
      hid: async () => {
        throw new Error('hid_init failed');
      },
    });
    expect(sightings.length).toBe(1);
    expect(faults).toEqual([{ code: 'DEVICE_TRANSPORT_FAILED', params: { source: 'hid' } }]);
  });

  it('shows a HID path once, with the usage that somebody knows', async () => {
    const one = { vendorId: 0x1209, productId: 1, path: 'P', interface: 0, serialNumber: '' };
    const raws = await hidSightings(
      [
        { ...one, usagePage: 1, usage: 6 },
        { ...one, usagePage: 0xff00, usage: 1 },
      ],
      '/nonexistent',
    );
    const vendor = manifest('vendor', { transport: 'hid', usagePage: 0xff00, seen: '' });
    const { sightings } = await listDevices([vendor], { ...NONE, hid: async () => raws });
    expect(sightings).toMatchObject([
      { vendorId: '1209', productId: '0001', serialNumber: null, usagePage: 0xff00 },
    ]);
  });

  it('keeps somebody’s keyboard out, and a pedal in, once', async () => {
    const print = { vendorId: '0c45', productId: '7403', seen: '' } as const;
    const pedals = manifest(
      'pedal',
      { ...print, transport: 'input' },
      { ...print, transport: 'hid' },
    );
    const pedal = { vendorId: '0c45', productId: '7403', socket: '1-1' };
    const { sightings } = await listDevices([pedals], {
      ...NONE,
      hid: async () => [
        seen({ ...pedal, address: { kind: 'hid', path: '/dev/hidraw0' } }),
        seen({ address: { kind: 'hid', path: '/dev/hidraw1' }, vendorId: '046d', socket: '1-2' }),
      ],
      input: async () => [
        seen({ ...pedal, address: { kind: 'input', path: '/dev/input/event1' } }),
        seen({ address: { kind: 'input', path: '/dev/input/event2' }, vendorId: '046d' }),
      ],
    });
    expect(sightings.map(({ address }) => address.path)).toEqual([
      '/dev/hidraw1',
      '/dev/input/event1',
    ]);
  });

  it('prefers the system’s own way where nobody tells about drivers', async () => {
    const usb = {
      vendorId: 0x0403,
      productId: 0x6015,
      deviceClass: 0,
      bus: '14',
      ports: [1],
      serialNumber: 'A',
      get productName(): string {
        throw new Error('open error: permission denied');
      },
    } satisfies Partial<UsbHandle>;
    const raw = librarySighting(usb as unknown as UsbHandle);
    expect(raw).toMatchObject({ address: { kind: 'usb', path: '14-1' }, product: null });
    const other = { kind: 'usb', path: '14-2' } as const;
    const two: RawSighting = { ...raw, address: other, socket: '14-2', serialNumber: 'B' };
    const { sightings } = await listDevices([], {
      ...NONE,
      serial: () =>
        serialSightings([{ path: 'COM3', vendorId: '0403', productId: '6015', serialNumber: 'A' }]),
      usb: async () => [raw, two],
    });
    expect(sightings.map((one) => [one.address.kind, one.serialNumber])).toEqual([
      ['serial', 'A'],
      ['usb', 'B'],
    ]);
  });

  it.each(['0001', '0', '00000000', '0123456789ABCDEF', 'FFFFFFFF'])(
    'takes %s for no serial number: every chip that nobody programmed says it',
    async (placeholder) => {
      const serial = async () => [
        cable('/dev/ttyUSB0', placeholder),
        cable('/dev/ttyUSB1', 'DM01'),
      ];
      const { sightings } = await listDevices([], { ...NONE, serial });
      expect(sightings.map(({ serialNumber }) => serialNumber)).toEqual([null, 'DM01']);
    },
  );

  it('follows a serial number to another path, and takes no device for another', async () => {
    const { sightings } = await listDevices([], {
      ...NONE,
      serial: async () => [cable('/dev/ttyUSB0', 'DQ007TXX'), cable('/dev/ttyUSB1', null)],
      hid: async () => [seen({ address: { kind: 'hid', path: 'H' }, serialNumber: 'DQ007TXX' })],
    });
    const where = (path: string, serialNumber: string | null): string | undefined =>
      locate(sightings, { kind: 'serial', path }, serialNumber)?.path;
    expect(where('/dev/ttyUSB7', 'DQ007TXX')).toBe('/dev/ttyUSB0');
    expect(where('/dev/ttyUSB1', 'DQ007TXX')).toBe('/dev/ttyUSB0');
    expect(where('/dev/ttyUSB0', 'OTHER')).toBeUndefined();
    expect(where('/dev/ttyUSB1', 'OTHER')).toBe('/dev/ttyUSB1');
    expect(where('/dev/ttyUSB7', 'OTHER')).toBe('/dev/ttyUSB7');
    expect(where('/tmp/pty', null)).toBe('/tmp/pty');
  });
});

describe('one address', () => {
  it('is looked at without listing the others, where the system can', async () => {
    let listed = 0;
    const there = seen({ address: { kind: 'serial', path: '/dev/ttyUSB0' }, vendorId: '0403' });
    const sources: DiscoverySources = {
      ...NONE,
      serial: async () => {
        listed++;
        return [there];
      },
      serialAt: async (path) => (path === '/dev/ttyUSB0' ? [there] : []),
    };
    const at = (path: string) => sightingAt([], { kind: 'serial', path }, sources);
    expect(await at('/dev/ttyUSB0')).toMatchObject({ vendorId: '0403', candidates: [] });
    expect(await at('/dev/ttyUSB1')).toBeNull();
    expect(listed).toBe(0);
    const slow = { ...sources, serialAt: null };
    expect(await sightingAt([], { kind: 'serial', path: '/dev/ttyUSB0' }, slow)).toMatchObject({
      vendorId: '0403',
    });
    expect(listed).toBe(1);
  });

  it('is nothing where it cannot be looked at', async () => {
    const broken = { ...NONE, hid: () => Promise.reject(new Error('no library')) };
    expect(await sightingAt([], { kind: 'hid', path: '/dev/hidraw0' }, broken)).toBeNull();
  });
});
