import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The wire in front of a server. TCP alone, so that a reset is one whatever goes over it. */
export type Line = {
  readonly port: number;
  /** RST to whoever uses the connection that the server sees come from `port`. */
  readonly reset: (port: number) => void;
  /** Refuses connections and resets those that are open. */
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
  /** Ends the connections in order; others are made. */
  readonly drop: () => void;
};

export async function openLine(serverPort: number): Promise<Line> {
  const clients = new Map<number, Socket>();
  const server = createServer((client) => {
    const inner = connect({ host: '127.0.0.1', port: serverPort, noDelay: true });
    join(client, inner);
    inner.once('connect', () => {
      const port = inner.localPort ?? 0;
      clients.set(port, client);
      inner.once('close', () => clients.delete(port));
    });
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  const down = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const client of clients.values()) {
        reset(client);
      }
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    reset: (innerPort) => reset(clients.get(innerPort)),
    down: () => (server.listening ? down() : Promise.resolve()),
    up: () => (server.listening ? Promise.resolve() : listen(port)),
    drop: () => {
      for (const client of clients.values()) {
        client.destroy();
      }
    },
  };
}

/** Node 24 never gets rid of a socket that is reset while it says its last, and cannot end then. */
function reset(client: Socket | undefined): void {
  if (client?.writableEnded === true) {
    client.destroy();
  } else {
    client?.resetAndDestroy();
  }
}

/** What one side says the other hears, and when one is gone so is the other. */
function join(client: Socket, inner: Socket): void {
  client.setNoDelay(true);
  for (const [one, other] of [
    [client, inner],
    [inner, client],
  ] as const) {
    one.on('error', () => undefined);
    one.pipe(other);
    one.once('close', () => other.destroySoon());
  }
}
