import type { RawData, WebSocket } from 'ws';
import type { Fault, Result } from '../../contracts/faults.ts';
import type { SignallingMessage, SignallingNotice } from '../../contracts/signalling.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../limits.ts';
import type { Log } from '../log.ts';
import type { ClosingReason, Link, Peer } from '../rooms/peer.ts';
import type { Room } from '../rooms/room.ts';
import { TokenBucket } from './bucket.ts';
import { readMessage, type SignallingRequest } from './message.ts';

/** RFC 6455 section 7.4, and Chariot's own in the private range. */
export const CLOSE_CODE = {
  normal: 1000,
  goingAway: 1001,
  policy: 1008,
  tooLarge: 1009,
  restarting: 1012,
  replaced: 4001,
  expired: 4002,
} as const;

const CODE_OF_REASON: Readonly<Record<ClosingReason, number>> = {
  shutdown: CLOSE_CODE.goingAway,
  replaced: CLOSE_CODE.replaced,
  expired: CLOSE_CODE.expired,
};

/** How long a client may take to answer a close frame before its socket is cut, ms. */
const CLOSE_PATIENCE = 1000;

/** Where a joined connection sits. `expiresAt` is its token's, Unix ms. */
export type Seat = { readonly room: Room; readonly peer: Peer; readonly expiresAt: number };

type ConnectionDeps = {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Log;
  readonly serve: (connection: Connection, request: SignallingRequest) => Promise<Result<unknown>>;
};

/** One WebSocket of a client: reads and answers its calls in their order. */
export class Connection implements Link {
  readonly id: string;
  /** null until the peer has joined, and after it left. */
  seat: Seat | null = null;
  heardAt: number;
  unjoinedSince: number;
  readonly #socket: WebSocket;
  readonly #deps: ConnectionDeps;
  readonly #calls: TokenBucket;
  readonly #refusals: TokenBucket;
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;
  #closing = false;
  /** Notices that must not overtake the answer to `join`; null when none has to wait. */
  #held: SignallingNotice[] | null = null;

  constructor(id: string, socket: WebSocket, deps: ConnectionDeps) {
    const now = deps.clock.monotonic();
    const { limits } = deps;
    this.id = id;
    this.#socket = socket;
    this.#deps = deps;
    this.heardAt = now;
    this.unjoinedSince = now;
    this.#calls = new TokenBucket(limits.callBurst, limits.callsPerSecond, now);
    this.#refusals = new TokenBucket(limits.refusalBurst, limits.refusalsPerSecond, now);
    socket.on('message', (data, isBinary) => this.#receive(toBuffer(data), isBinary));
    socket.on('pong', () => {
      this.heardAt = deps.clock.monotonic();
    });
  }

  get isClosing(): boolean {
    return this.#closing;
  }

  ping(): void {
    this.#socket.ping();
  }

  notify(notice: SignallingNotice): void {
    if (this.#held === null) {
      this.#send(notice);
    } else {
      this.#held.push(notice);
    }
  }

  end(reason: ClosingReason): void {
    this.#send({ notice: 'closing', reason });
    this.seat = null;
    this.close(CODE_OF_REASON[reason]);
  }

  /** Says a fault that answers no call, then closes. */
  fail(fault: Fault, code: number): void {
    this.#send({ id: null, ok: false, fault });
    this.close(code);
  }

  close(code: number): void {
    if (this.#closing) {
      return;
    }
    this.#closing = true;
    this.#socket.close(code);
    const timer = setTimeout(() => this.#socket.terminate(), CLOSE_PATIENCE);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  /** Cuts a socket of which nothing more is expected. */
  terminate(): void {
    this.#closing = true;
    this.#socket.terminate();
  }

  #receive(bytes: Buffer, isBinary: boolean): void {
    if (this.#closing) {
      return;
    }
    const now = this.#deps.clock.monotonic();
    this.heardAt = now;
    const message = readMessage(bytes, isBinary);
    const id = message.ok ? message.request.id : message.id;
    if (!message.ok && message.code === 'SIGNALLING_TOO_LARGE') {
      this.fail({ code: message.code }, CLOSE_CODE.tooLarge);
    } else if (!this.#calls.take(now) || this.#waiting >= this.#deps.limits.waitingCalls) {
      this.#refuse(id, now);
    } else if (message.ok) {
      this.#queue(message.request);
    } else {
      this.#send({ id, ok: false, fault: { code: message.code } });
    }
  }

  #refuse(id: number | null, now: number): void {
    const fault = { code: 'SIGNALLING_RATE_LIMIT' } as const;
    if (this.#refusals.take(now)) {
      this.#send({ id, ok: false, fault });
    } else {
      this.#deps.log('socket.flood', { socket: this.id });
      this.fail(fault, CLOSE_CODE.policy);
    }
  }

  #queue(request: SignallingRequest): void {
    this.#waiting += 1;
    this.#tail = this.#tail.then(() => this.#serve(request));
  }

  async #serve(request: SignallingRequest): Promise<void> {
    this.#waiting -= 1;
    if (this.#closing) {
      return;
    }
    this.#held = request.call === 'join' ? [] : null;
    const result = await this.#deps.serve(this, request);
    this.#send({ id: request.id, ...result });
    const held: readonly SignallingNotice[] = this.#held ?? [];
    this.#held = null;
    for (const notice of held) {
      this.#send(notice);
    }
  }

  #send(message: SignallingMessage): void {
    if (this.#closing || this.#socket.readyState !== this.#socket.OPEN) {
      return;
    }
    if (this.#socket.bufferedAmount > this.#deps.limits.unsentBytes) {
      this.#deps.log('socket.unread', { socket: this.id });
      this.terminate();
      return;
    }
    this.#socket.send(JSON.stringify(message));
  }
}

function toBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) {
    return Buffer.concat(data);
  }
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
