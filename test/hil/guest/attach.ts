import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { importRequest } from '../exporter/wire.ts';

/*
 * Gives an imported device's connection to the kernel: Documentation/ABI of vhci_hcd, one write of
 * "port descriptor devid speed". Needs root.
 */
const CONTROLLER = '/sys/devices/platform/vhci_hcd.0';
/** Eight bytes of reply and 312 of device. */
const REPLY_BYTES = 320;
/** "hs": devices up to high speed. 004: nothing is attached. */
const FREE_PORT = /^hs\s+(\d+)\s+004\s/m;

function freePort(): number {
  const port = FREE_PORT.exec(readFileSync(`${CONTROLLER}/status`, 'utf8'))?.[1];
  if (port === undefined) throw new Error('the virtual controller has no free port');
  return Number(port);
}

/** Reads exactly the reply: what follows belongs to the kernel. */
function requestImport(host: string, port: number, busId: string) {
  return new Promise<{ socket: Socket; reply: Buffer }>((resolve, reject) => {
    let reply = Buffer.alloc(0);
    const take = (count: number, buffer: Uint8Array): boolean => {
      reply = Buffer.concat([reply, buffer.subarray(0, count)]);
      if (reply.length < REPLY_BYTES) return true;
      resolve({ socket, reply });
      return false;
    };
    const onread = { buffer: Buffer.alloc(REPLY_BYTES), callback: take };
    const socket = connect({ host, port, noDelay: true, onread });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`the import of ${busId} was refused`)));
    socket.write(importRequest(busId));
  });
}

function descriptorOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null && Reflect.get(handle, 'fd');
  if (typeof fd !== 'number' || fd < 0) throw new Error('the socket has no descriptor');
  return fd;
}

/** Plugs an exported device into this kernel. @returns the controller's port. */
export async function attach(host: string, usbipPort: number, busId: string): Promise<number> {
  const { socket, reply } = await requestImport(host, usbipPort, busId);
  // struct usbip_usb_device begins at 8: bus at 288, device at 292, speed at 296.
  const [bus, device] = [reply.readUInt32BE(296), reply.readUInt32BE(300)];
  const speed = reply.readUInt32BE(304);
  const port = freePort();
  const line = `${port} ${descriptorOf(socket)} ${(bus << 16) | device} ${speed}\n`;
  writeFileSync(`${CONTROLLER}/attach`, line);
  // The kernel holds the connection now; this only lets our descriptor go.
  socket.destroy();
  return port;
}
