import { describe, expect, it } from 'vitest';
import { CYTON_MANIFEST } from '../openbci.cyton/manifest.ts';
import { listSerialPorts, locate } from './discovery.ts';

const PORTS = [
  { path: '/dev/ttyS0' },
  {
    path: '/dev/ttyUSB0',
    vendorId: '0403',
    productId: '6015',
    manufacturer: 'FTDI',
    serialNumber: 'DQ007TXX',
  },
  { path: '/dev/ttyUSB1', vendorId: '10C4', productId: 'EA60', manufacturer: 'Silicon Labs' },
];

const list = () => listSerialPorts([CYTON_MANIFEST], async () => PORTS);

describe('discovery', () => {
  it('scores ports by their fingerprint, and claims none that does not match', async () => {
    const found = await list();
    expect(found.map((device) => device.candidates)).toEqual([
      [],
      [{ adapterId: 'openbci.cyton', score: 15 }],
      [],
    ]);
  });

  it('follows a serial number to another path, and takes no device for another', async () => {
    const found = await list();
    expect(locate(found, '/dev/ttyUSB7', 'DQ007TXX')).toBe('/dev/ttyUSB0');
    expect(locate(found, '/dev/ttyUSB1', 'DQ007TXX')).toBe('/dev/ttyUSB0');
    expect(locate(found, '/dev/ttyUSB0', 'OTHER')).toBeNull();
    expect(locate(found, '/dev/ttyUSB1', 'OTHER')).toBe('/dev/ttyUSB1');
    expect(locate(found, '/dev/ttyUSB7', 'OTHER')).toBe('/dev/ttyUSB7');
    expect(locate(found, '/tmp/pty', null)).toBe('/tmp/pty');
  });
});
