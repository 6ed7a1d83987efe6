import { isDeepStrictEqual } from 'node:util';
import type { types } from 'mediasoup';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { connectTransport, openTransport, restartIce } from '../sfu/transport.ts';

export type Direction = 'send' | 'receive';

type OwnTransport = {
  readonly transport: types.WebRtcTransport;
  readonly direction: Direction;
  /** Parameters that it was connected with; null before. */
  connectedWith: Record<string, unknown> | null;
};

/** The transports of one peer. */
export class PeerTransports {
  readonly #router: types.Router;
  readonly #listener: () => Result<types.WebRtcServer>;
  readonly #limit: number;
  readonly #own = new Map<string, OwnTransport>();
  #closed = false;

  constructor(router: types.Router, listener: () => Result<types.WebRtcServer>, limit: number) {
    this.#router = router;
    this.#listener = listener;
    this.#limit = limit;
  }

  get count(): number {
    return this.#own.size;
  }

  /**
   * `createTransport` carries no request id, so a repeat after a lost answer makes another one: at
   * the limit the one that was least used gives way, instead of the peer being refused.
   */
  async open(direction: Direction): Promise<Result<types.WebRtcTransport>> {
    const listener = this.#listener();
    if (!listener.ok) {
      return listener;
    }
    const opened = await openTransport(this.#router, listener.value);
    if (!opened.ok) {
      return opened;
    }
    const transport = opened.value;
    if (this.#closed) {
      transport.close();
      return failed('SIGNALLING_CLOSED');
    }
    while (this.#own.size >= this.#limit) {
      this.#leastUsed(direction)?.transport.close();
    }
    this.#own.set(transport.id, { transport, direction, connectedWith: null });
    transport.observer.once('close', () => this.#own.delete(transport.id));
    return ok(transport);
  }

  find(id: string, direction: Direction): Result<types.WebRtcTransport> {
    const own = this.#own.get(id);
    return own?.direction === direction ? ok(own.transport) : failed('MEDIA_TRANSPORT_UNKNOWN');
  }

  /** Idempotent for the same parameters: a DTLS handshake happens once. */
  async connect(id: string, dtlsParameters: Record<string, unknown>): Promise<Result<void>> {
    const own = this.#own.get(id);
    if (own === undefined) {
      return failed('MEDIA_TRANSPORT_UNKNOWN');
    }
    if (own.connectedWith !== null && isDeepStrictEqual(own.connectedWith, dtlsParameters)) {
      return ok(undefined);
    }
    // mediasoup writes into what it is given.
    const asSent = structuredClone(dtlsParameters);
    const connected = await connectTransport(own.transport, dtlsParameters);
    if (connected.ok) {
      own.connectedWith = asSent;
    }
    return connected;
  }

  async restartIce(id: string): Promise<Result<types.IceParameters>> {
    const own = this.#own.get(id);
    return own === undefined ? failed('MEDIA_TRANSPORT_UNKNOWN') : await restartIce(own.transport);
  }

  /** Closes all, and with them the producers and consumers on them. */
  close(): void {
    this.#closed = true;
    for (const { transport } of this.#own.values()) {
      transport.close();
    }
  }

  #leastUsed(direction: Direction): OwnTransport | undefined {
    const oldestFirst = [...this.#own.values()];
    const alike = oldestFirst.filter((own) => own.direction === direction);
    return alike.find((own) => own.connectedWith === null) ?? alike[0] ?? oldestFirst[0];
  }
}
