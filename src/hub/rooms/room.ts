import type { types } from 'mediasoup';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type {
  DataProducerInfo,
  PeerInfo,
  ProducerInfo,
  SignallingNotice,
} from '../../contracts/signalling.ts';
import type { Limits } from '../limits.ts';
import { type Candidate, Peer } from './peer.ts';

/** One consultation: its peers share a router. */
export class Room {
  readonly name: string;
  readonly router: types.Router;
  readonly #limits: Limits;
  readonly #peers = new Map<string, Peer>();

  constructor(name: string, router: types.Router, limits: Limits) {
    this.name = name;
    this.router = router;
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#peers.size === 0;
  }

  /**
   * Lets a peer in. A former connection of the same peer goes first, as a whole, so that the others
   * have seen its producers close and the peer leave before they see it again. Fails with
   * ROLE_FORBIDDEN when the peer id is another role's, and with ROOM_FULL.
   */
  admit(candidate: Candidate): Result<Peer> {
    const { peerId, role } = candidate.info;
    const former = this.#peers.get(peerId);
    if (former !== undefined && former.info.role !== role) {
      return failed('ROLE_FORBIDDEN');
    }
    if (former !== undefined) {
      this.remove(former);
      former.link.end('replaced');
    } else if (this.#peers.size >= this.#limits.peersPerRoom) {
      return failed('ROOM_FULL', { limit: this.#limits.peersPerRoom });
    }
    const announce = (notice: SignallingNotice) => this.#tellOthers(peerId, notice);
    const peer = new Peer(candidate, this.router, this.#limits, announce);
    this.#peers.set(peerId, peer);
    announce({ notice: 'peerJoined', peer: peer.info });
    return ok(peer);
  }

  /** Closes what the peer sent and received, then tells that it left. Idempotent. */
  remove(peer: Peer): void {
    if (this.#peers.get(peer.info.peerId) !== peer) {
      return;
    }
    peer.transports.close();
    this.#peers.delete(peer.info.peerId);
    this.#tellOthers(peer.info.peerId, { notice: 'peerLeft', peerId: peer.info.peerId });
  }

  /** What `peerId` finds when it comes in: all that is not its own. */
  seenBy(peerId: string): {
    peers: PeerInfo[];
    producers: ProducerInfo[];
    dataProducers: DataProducerInfo[];
  } {
    const others = [...this.#peers.values()].filter((peer) => peer.info.peerId !== peerId);
    return {
      peers: others.map((peer) => peer.info),
      producers: others.flatMap((peer) => peer.producers.media()),
      dataProducers: others.flatMap((peer) => peer.producers.data()),
    };
  }

  hasProducer(producerId: string): boolean {
    return [...this.#peers.values()].some((peer) => peer.producers.has(producerId));
  }

  #tellOthers(peerId: string, notice: SignallingNotice): void {
    for (const peer of this.#peers.values()) {
      if (peer.info.peerId !== peerId) {
        peer.link.notify(notice);
      }
    }
  }
}
