import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Fault, Result } from '../../contracts/faults.ts';
import { SIGNALLING_MAX_BYTES, SIGNALLING_PROTOCOL } from '../../contracts/signalling.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../limits.ts';
import { errorCode, type Log } from '../log.ts';
import { CLOSE_CODE, Connection, type Seat } from './connection.ts';
import { refusalStatus } from './gate.ts';
import type { SignallingRequest } from './message.ts';

/**
 * What ws reads of one message before it cuts the socket by itself. Above SIGNALLING_MAX_BYTES, so
 * that a message between both can still be answered by a fault.
 */
const CUT_ABOVE_BYTES = 4 * SIGNALLING_MAX_BYTES;

type SocketsDeps = {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Log;
  readonly serve: (connection: Connection, request: SignallingRequest) => Promise<Result<unknown>>;
  /** A seat whose connection is gone. */
  readonly leave: (seat: Seat) => void;
};

/** All open sockets of the hub. */
export class Sockets {
  readonly #deps: SocketsDeps;
  readonly #server: WebSocketServer;
  readonly #open = new Map<Connection, Promise<void>>();
  readonly #sweeping: NodeJS.Timeout;
  #sweptAt: number;
  #count = 0;
  #closed = false;

  constructor(deps: SocketsDeps) {
    this.#deps = deps;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: CUT_ABOVE_BYTES,
      handleProtocols: () => SIGNALLING_PROTOCOL,
    });
    this.#sweptAt = deps.clock.monotonic();
    this.#sweeping = setInterval(() => this.#sweep(), deps.limits.pingEvery);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const full = this.#closed || this.#open.size >= this.#deps.limits.sockets;
    const status = full ? 503 : refusalStatus(request);
    if (status === null) {
      this.#server.handleUpgrade(request, socket, head, (client) => this.#accept(client));
      return;
    }
    this.#deps.log('socket.refused', { status });
    socket.on('error', () => socket.destroy());
    socket.end(
      `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n\r\n`,
    );
  }

  /** Tells every client why it cannot go on, and closes its socket. */
  failAll(fault: Fault): void {
    for (const connection of this.#open.keys()) {
      connection.fail(fault, CLOSE_CODE.restarting);
    }
  }

  /** Orderly end: every client is told, and resolves when all sockets are closed. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeping);
    const gone = [...this.#open.values()];
    for (const connection of this.#open.keys()) {
      this.#leave(connection);
      connection.end('shutdown');
    }
    await Promise.all(gone);
    this.#server.close();
  }

  #accept(socket: WebSocket): void {
    this.#count += 1;
    const connection = new Connection(`s${String(this.#count)}`, socket, this.#deps);
    this.#deps.log('socket.opened', { socket: connection.id, open: this.#open.size + 1 });
    // ws closes the socket after any error of its own (too large, not UTF-8, reset).
    socket.on('error', (error) => {
      this.#deps.log('socket.error', { socket: connection.id, code: errorCode(error) });
    });
    const gone = new Promise<void>((resolve) => {
      socket.once('close', (code) => {
        this.#open.delete(connection);
        this.#leave(connection);
        this.#deps.log('socket.closed', { socket: connection.id, code });
        resolve();
      });
    });
    this.#open.set(connection, gone);
  }

  #leave(connection: Connection): void {
    const { seat } = connection;
    if (seat !== null) {
      connection.seat = null;
      this.#deps.leave(seat);
    }
  }

  #sweep(): void {
    const now = this.#deps.clock.monotonic();
    // After a stall of this process (suspend, debugger) the answers of all are still unread.
    const stalled = now - this.#sweptAt > 2 * this.#deps.limits.pingEvery;
    this.#sweptAt = now;
    for (const connection of this.#open.keys()) {
      if (stalled) {
        connection.heardAt = now;
      }
      this.#check(connection, now);
    }
  }

  #check(connection: Connection, now: number): void {
    const { limits, clock, log } = this.#deps;
    if (now - connection.heardAt > limits.deadAfter) {
      log('socket.silent', { socket: connection.id });
      connection.terminate();
    } else if (connection.seat === null && now - connection.unjoinedSince > limits.unjoinedFor) {
      connection.fail({ code: 'SIGNALLING_NOT_JOINED' }, CLOSE_CODE.policy);
    } else if (connection.seat !== null && connection.seat.expiresAt <= clock.wall()) {
      this.#leave(connection);
      connection.end('expired');
    } else if (!connection.isClosing) {
      connection.ping();
    }
  }
}
