import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { EmulatedWire } from '../../emulators/definition.ts';
import { importDevice, listDevices, tryImport } from './client.ts';
import { interfaceTriples } from './descriptors.ts';
import { echoDefinition } from './echoDefinition.ts';
import { reportDescriptor } from './hid.ts';
import { serveUsbip, type UsbipServer } from './serve.ts';

const HID = {
  kind: 'hid',
  usagePage: 0xff00,
  usage: 1,
  inputReportBytes: 8,
  outputReportBytes: 8,
  featureReportBytes: 4,
} as const satisfies EmulatedWire;
const WIRES: readonly EmulatedWire[] = [
  { kind: 'serial', bridge: 'ftdi' },
  { kind: 'serial', bridge: 'cp210x' },
  { kind: 'serial', bridge: 'cdc-acm' },
  HID,
  { kind: 'phdc', specialisations: [0x1004, 0x1007] },
];
const [FTDI, CP210X, CDC_ACM, HID_BUS, PHDC] = ['1-1', '1-2', '1-3', '1-4', '1-5'] as const;
const STALLED = -32;
const UNLINKED = -104;

const stopping = new Set<UsbipServer>();
afterEach(async () => {
  for (const server of stopping) await server.stop();
  stopping.clear();
});

async function serve(): Promise<UsbipServer> {
  const server = await serveUsbip({
    port: 0,
    signal: new AbortController().signal,
    devices: WIRES.map((wire, index) => ({
      busId: `1-${index + 1}`,
      definition: echoDefinition(wire),
      options: {},
    })),
  });
  stopping.add(server);
  return server;
}

const inverted = (bytes: readonly number[]): number[] => bytes.map((byte) => byte ^ 0xff);

describe('usbip exporter', () => {
  it('lists every plugged device with its interfaces', async () => {
    const server = await serve();
    server.unplug(CP210X);
    const list = await listDevices(server.port);
    expect(list.readUInt16BE(2)).toBe(0x0005);
    expect(list.readUInt32BE(8)).toBe(4);
    // 312 bytes a device and 4 an interface; the modem has two.
    expect(list.length).toBe(12 + 4 * 312 + 5 * 4);
    expect(list.toString('ascii', 12 + 256, 12 + 259)).toBe(FTDI);
    expect(list.subarray(12 + 312, 12 + 316)).toEqual(Buffer.from([0xff, 0xff, 0xff, 0]));
  });

  it('gives descriptors and strings as USB 2.0 has them', async () => {
    const server = await serve();
    const usb = await importDevice(server.port, CDC_ACM);
    const { bytes: device } = await usb.controlIn(0x80, 6, 0x0100, 0, 64);
    expect([...device.subarray(0, 2), ...device.subarray(8, 12)]).toEqual([18, 1, 9, 18, 1, 0]);
    const { bytes: head } = await usb.controlIn(0x80, 6, 0x0200, 0, 9);
    const total = (head[2] ?? 0) + 256 * (head[3] ?? 0);
    const { bytes: whole } = await usb.controlIn(0x80, 6, 0x0200, 0, 1024);
    expect(whole.length).toBe(total);
    expect(interfaceTriples(whole)).toEqual([
      [2, 2, 0],
      [10, 0, 0],
    ]);
    const { bytes: serial } = await usb.controlIn(0x80, 6, 0x0303, 0x409, 255);
    expect(Buffer.from(serial.subarray(2)).toString('utf16le')).toBe('ECHO-1');
    expect((await usb.controlIn(0x80, 6, 0x0600, 0, 10)).status).toBe(STALLED);
    expect((await usb.controlOut(0x00, 9, 1, 0)).status).toBe(0);
    await usb.close();
  });

  it('puts two status bytes before every 62 of an FTDI bridge', async () => {
    const server = await serve();
    const usb = await importDevice(server.port, FTDI);
    const sent = Array.from({ length: 70 }, (_, i) => i);
    const read = usb.read(1, 512);
    await usb.write(2, Uint8Array.from(sent));
    const { bytes } = await read.done;
    expect([...bytes]).toEqual([
      0x31,
      0x60,
      ...inverted(sent.slice(0, 62)),
      0x31,
      0x60,
      ...inverted(sent.slice(62)),
    ]);
    await usb.close();
  });

  it('forgets what nobody read when an FTDI bridge is reset', async () => {
    const server = await serve();
    const usb = await importDevice(server.port, FTDI);
    await usb.write(2, Uint8Array.from([1, 2, 3]));
    expect((await usb.controlOut(0x40, 0, 0, 0)).status).toBe(0);
    await usb.write(2, Uint8Array.from([4]));
    expect([...(await usb.read(1, 64).done).bytes]).toEqual([0x31, 0x60, 0xfb]);
    await usb.close();
  });

  it.each([CP210X, CDC_ACM])('passes the bytes of bridge %s as they are', async (busId) => {
    const server = await serve();
    const usb = await importDevice(server.port, busId);
    await usb.write(2, Uint8Array.from([0x11, 0x13, 0xa0]));
    expect([...(await usb.read(1, 64).done).bytes]).toEqual(inverted([0x11, 0x13, 0xa0]));
    await usb.close();
  });

  it('answers what the kernel asks of a CP2102 before it takes it', async () => {
    const server = await serve();
    const usb = await importDevice(server.port, CP210X);
    expect([...(await usb.controlIn(0xc0, 0xff, 0x370b, 0, 1)).bytes]).toEqual([2]);
    expect((await usb.controlIn(0xc1, 0x10, 0, 0, 19)).bytes.length).toBe(19);
    const flow = Uint8Array.from({ length: 16 }, (_, i) => i);
    await usb.controlOut(0x41, 0x13, 0, 0, flow);
    expect((await usb.controlIn(0xc1, 0x14, 0, 0, 16)).bytes).toEqual(flow);
    await usb.close();
  });

  it('carries HID reports at their full size, and feature reports beside them', async () => {
    const server = await serve();
    const usb = await importDevice(server.port, HID_BUS);
    const { bytes } = await usb.controlIn(0x81, 6, 0x2200, 0, 256);
    expect(bytes).toEqual(reportDescriptor(HID));
    const report = usb.read(1, 8);
    await usb.write(2, Uint8Array.from([1, 2, 3]));
    expect([...(await report.done).bytes]).toEqual([...inverted([1, 2, 3]), 0, 0, 0, 0, 0]);
    await usb.controlOut(0x21, 9, 0x0300, 0, Uint8Array.from([9, 8, 7, 6]));
    expect([...(await usb.controlIn(0xa1, 1, 0x0300, 0, 4)).bytes]).toEqual([9, 8, 7, 6]);
    await usb.close();
  });

  it('shows a healthcare device by class, functions and specialisations', async () => {
    const server = await serve();
    const usb = await importDevice(server.port, PHDC);
    const { bytes } = await usb.controlIn(0x80, 6, 0x0200, 0, 1024);
    const hex = Buffer.from(bytes).toString('hex');
    expect(interfaceTriples(bytes)).toEqual([[0x0f, 0, 0]]);
    expect(hex).toContain('04200200');
    expect(hex).toContain('0830000204100710');
    expect([...(await usb.controlIn(0xa1, 0, 0, 0, 2)).bytes]).toEqual([0, 0]);
    const long = Array.from({ length: 200 }, (_, i) => i);
    await usb.write(2, Uint8Array.from(long));
    // What does not fit the host's buffer comes in its next.
    expect((await usb.read(1, 128).done).bytes.length).toBe(128);
    expect([...(await usb.read(1, 128).done).bytes]).toEqual(inverted(long).slice(128));
    await usb.close();
  });

  it('unlinks a pending transfer, and says so when it was too late', async () => {
    const server = await serve();
    const usb = await importDevice(server.port, PHDC);
    const pending = usb.read(1, 64);
    expect(await usb.unlink(pending.sequence)).toBe(UNLINKED);
    await usb.write(2, Uint8Array.from([1]));
    const finished = usb.read(1, 64);
    expect([...(await finished.done).bytes]).toEqual([0xfe]);
    expect(await usb.unlink(finished.sequence)).toBe(0);
    await usb.close();
  });

  it('tears the connection when unplugged, and imports again once plugged', async () => {
    const server = await serve();
    const usb = await importDevice(server.port, FTDI);
    const second = await tryImport(server.port, FTDI);
    expect(second).toEqual({ ok: false, status: 2 });
    server.unplug(FTDI);
    await usb.ended;
    expect(await tryImport(server.port, FTDI)).toEqual({ ok: false, status: 4 });
    server.plug(FTDI);
    const again = await importDevice(server.port, FTDI);
    await again.write(2, Uint8Array.from([0]));
    expect([...(await again.read(1, 64).done).bytes]).toEqual([0x31, 0x60, 0xff]);
    await again.close();
  });

  it('refuses an unknown device, and drops who does not speak USB/IP', async () => {
    const server = await serve();
    expect(await tryImport(server.port, '9-9')).toEqual({ ok: false, status: 4 });
    const socket = connect(server.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    expect(socket.bytesRead).toBe(0);
  });

  it('ends with its signal', async () => {
    const controller = new AbortController();
    const server = await serveUsbip({ port: 0, signal: controller.signal, devices: [] });
    controller.abort();
    await server.stop();
    await expect(listDevices(server.port)).rejects.toThrow('ECONNREFUSED');
  });
});
