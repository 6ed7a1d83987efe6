// A link that misbehaves as it is told: an HTTP proxy in front of one real server, on a loopback port
// of its own, with a certificate of its own where the link is to be TLS.
import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createTlsServer, Agent as TlsAgent } from 'node:https';
import type { TestCertificate } from './certificates.ts';
import type { LinkFault, SeenRequest } from './faults/faults.ts';
import { openLine } from './faults/line.ts';
import { Passage } from './faults/passage.ts';
import { listening } from './listening.ts';

export type FaultProxy = {
  /** Origin: `http(s)://127.0.0.1:<port>`. */
  readonly url: string;
  /** Every request so far. */
  readonly seen: readonly SeenRequest[];
  /** Refuses connections and breaks those that are open. */
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
  /** Other connections get this certificate. */
  readonly present: (certificate: TestCertificate) => void;
  readonly close: () => Promise<void>;
};

export async function startFaultProxy(options: {
  /** Origin of the real server; its certificate is not looked at. */
  readonly target: string;
  /** Absent: plain HTTP. */
  readonly certificate?: TestCertificate;
  /** Asked for each request; null: it goes through. */
  readonly faultFor?: (request: IncomingMessage) => LinkFault | null;
}): Promise<FaultProxy> {
  const { target, certificate, faultFor = () => null } = options;
  // Kept connections: handshakes would be most of what many small objects cost.
  const agent = target.startsWith('https:')
    ? new TlsAgent({ keepAlive: true, rejectUnauthorized: false })
    : new Agent({ keepAlive: true });
  const seen: SeenRequest[] = [];
  const relay: RequestListener = (incoming, response) => {
    const fault = faultFor(incoming);
    const entry = entryOf(incoming, fault);
    seen.push(entry);
    // A socket that is gone does not know its port any more.
    const port = incoming.socket.remotePort ?? 0;
    new Passage(target, agent, incoming, response, entry, () => line.reset(port)).run(fault);
  };
  const server = serverOf(relay, certificate);
  const inner = await listening(server);
  const line = await openLine(inner.port);
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${line.port}`,
    seen,
    down: line.down,
    up: line.up,
    present: ({ key, cert }) => {
      if ('setSecureContext' in server) {
        (server as ReturnType<typeof createTlsServer>).setSecureContext({ key, cert });
      }
      line.drop();
    },
    close: async () => {
      agent.destroy();
      await line.down();
      await inner.close();
    },
  };
}

function serverOf(relay: RequestListener, certificate: TestCertificate | undefined): Server {
  const server =
    certificate === undefined ? createServer(relay) : createTlsServer(certificate, relay);
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('tlsClientError', () => undefined);
  server.keepAliveTimeout = 60_000;
  return server;
}

function entryOf({ method = '', url = '' }: IncomingMessage, fault: LinkFault | null): SeenRequest {
  const atMs = performance.now();
  return { method, path: url, bodyBytes: 0, answered: false, fault: fault?.kind ?? null, atMs };
}
