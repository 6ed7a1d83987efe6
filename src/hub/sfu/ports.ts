import { createSocket } from 'node:dgram';
import { createServer, isIPv6 } from 'node:net';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { errorCode } from '../log.ts';

/**
 * Finds out whether UDP and TCP of one port can be bound, which the worker's own error does not
 * say in a form that programs can read.
 * @param port 0: any free port.
 * @returns the port; fails with HUB_PORT_IN_USE or HUB_START_FAILED.
 */
export async function probePort(ip: string, port: number): Promise<Result<number>> {
  try {
    const bound = await tryTcp(ip, port);
    await tryUdp(ip, bound);
    return ok(bound);
  } catch (error) {
    const reason = errorCode(error);
    return reason === 'EADDRINUSE'
      ? failed('HUB_PORT_IN_USE', { port })
      : failed('HUB_START_FAILED', { reason });
  }
}

function tryTcp(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}

function tryUdp(address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address, port }, () => socket.close(() => resolve()));
  });
}
