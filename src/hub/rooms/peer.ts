import type { types } from 'mediasoup';
import type { Result } from '../../contracts/faults.ts';
import type { PeerInfo, SignallingNotice } from '../../contracts/signalling.ts';
import type { Limits } from '../limits.ts';
import { PeerConsumers } from './peerConsumers.ts';
import { PeerProducers } from './peerProducers.ts';
import { PeerTransports } from './peerTransports.ts';

export type ClosingReason = Extract<SignallingNotice, { notice: 'closing' }>['reason'];

/** The connection through which a peer is reached. */
export type Link = {
  notify(notice: SignallingNotice): void;
  /** Says why, then closes the connection. */
  end(reason: ClosingReason): void;
};

export type Candidate = {
  readonly info: PeerInfo;
  readonly link: Link;
  readonly listener: () => Result<types.WebRtcServer>;
};

/** Somebody in a room, through one connection: who reconnects is another Peer of the same id. */
export class Peer {
  readonly info: PeerInfo;
  readonly link: Link;
  readonly transports: PeerTransports;
  readonly producers: PeerProducers;
  readonly consumers: PeerConsumers;

  constructor(
    candidate: Candidate,
    router: types.Router,
    limits: Limits,
    announce: (notice: SignallingNotice) => void,
  ) {
    this.info = candidate.info;
    this.link = candidate.link;
    this.transports = new PeerTransports(router, candidate.listener, limits.transportsPerPeer);
    this.producers = new PeerProducers(candidate.info.peerId, limits, announce);
    this.consumers = new PeerConsumers(router, limits.consumersPerPeer);
  }
}
