import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { errorCode } from '../log.ts';

const SECOND = 1000;
const SHORT_REQUEST = 15 * SECOND;
const LONGEST_REQUEST = 10 * 60 * SECOND;

export type HttpsServer = {
  readonly port: number;
  /** Serves another certificate to connections made from now on. */
  replaceCertificate(pem: string): void;
  /** Stops listening and ends what is still connected. */
  close(): Promise<void>;
};

/** Fails with HUB_PORT_IN_USE or HUB_START_FAILED. */
export async function listenHttps(options: {
  readonly host: string;
  readonly port: number;
  readonly pem: string;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}): Promise<Result<HttpsServer>> {
  const server = createServer(
    {
      key: options.pem,
      cert: options.pem,
      minVersion: 'TLSv1.2',
      handshakeTimeout: 10 * SECOND,
    },
    options.onRequest,
  );
  // A client that never finishes its request must not hold a socket. Only the chunk of an upload may
  // take its time, over a line of 2 kB/s; `uploads` ends those that stand still.
  server.headersTimeout = 10 * SECOND;
  server.requestTimeout = LONGEST_REQUEST;
  server.on('upgrade', options.onUpgrade);
  server.on('clientError', (_error, socket) => socket.destroy());
  try {
    const port = await listen(server, options.host, options.port);
    return ok({
      port,
      replaceCertificate: (pem) => server.setSecureContext({ key: pem, cert: pem }),
      close: () => closeServer(server),
    });
  } catch (error) {
    const reason = errorCode(error);
    return reason === 'EADDRINUSE'
      ? failed('HUB_PORT_IN_USE', { port: options.port })
      : failed('HUB_START_FAILED', { reason });
  }
}

/** Ends a request that needs no body and does not come to its end. */
export function endSoon(request: IncomingMessage): void {
  const timer = setTimeout(() => {
    if (!request.complete) {
      request.destroy();
    }
  }, SHORT_REQUEST);
  request.once('close', () => clearTimeout(timer));
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
