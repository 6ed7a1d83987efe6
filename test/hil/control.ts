import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** What the guest asks of the host that plays its devices. One JSON line each, answered in order. */
export type ControlRequest =
  | { readonly op: 'unplug' | 'plug' | 'press'; readonly busId: string }
  | ({ readonly op: 'result' } & CheckResult)
  | { readonly op: 'note'; readonly text: string };

/** One line of the report. */
export type CheckResult = {
  readonly name: string;
  readonly passed: boolean;
  /** What was seen, for people. */
  readonly detail: string;
};

/** True: done. False: there was nothing to do it to. */
export type ControlHandler = (request: ControlRequest) => boolean;

const LOOPBACK = '127.0.0.1';

/** Listens on the loopback address until `signal`. Messages come from our own guest only. */
export async function serveControl(handle: ControlHandler, signal: AbortSignal) {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    createInterface({ input: socket }).on('line', (line) => {
      const done = handle(JSON.parse(line) as ControlRequest);
      socket.write(`${JSON.stringify({ done })}\n`);
    });
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const stop = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  signal.addEventListener('abort', stop, { once: true });
  return { port: address.port };
}

/** The guest's end. */
export async function connectControl(host: string, port: number) {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  const waiting: ((done: boolean) => void)[] = [];
  createInterface({ input: socket }).on('line', (line) => {
    waiting.shift()?.((JSON.parse(line) as { done: boolean }).done);
  });
  return {
    ask: (request: ControlRequest): Promise<boolean> => {
      socket.write(`${JSON.stringify(request)}\n`);
      return new Promise((resolve) => waiting.push(resolve));
    },
    close: (): void => {
      socket.destroy();
    },
  };
}

export type Control = Awaited<ReturnType<typeof connectControl>>;
