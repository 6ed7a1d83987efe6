import type { types } from 'mediasoup-client';
import { type Fault, fault, ok, type Result } from '../../contracts/faults.ts';
import { type LiveNotice, LiveNoticeSchema, type LiveRequest } from '../../contracts/live.ts';
import { decodeBlock, type SampleBlock } from '../../contracts/sampleBlock.ts';
import type { DataProducerInfo, PeerInfo, SignallingNotice } from '../../contracts/signalling.ts';
import type { CallSession } from './callLoop.ts';
import { createDataReceiver, parseText, produceData } from './dataLinks.ts';
import { connectOutbox } from './liveSender.ts';
import { createMediaReceiver, type MediaReceiver } from './mediaReceiver.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { isGone, type Room } from './room.ts';

export type PhysicianSession = CallSession & {
  readonly ask: (request: LiveRequest) => void;
  readonly videoReport: () => Promise<RTCStatsReport | null>;
  /** Ends the stay, so that it is built anew. */
  readonly giveUp: (reason: Fault) => void;
};

export type PhysicianSessionDeps = {
  readonly onPeers: (peers: readonly PeerInfo[]) => void;
  /** The tracks of the cart that are received now. */
  readonly onTracks: (tracks: MediaStreamTrack[]) => void;
  /** The cart can be heard on a new control channel, and hears us. */
  readonly onCart: () => void;
  readonly onNotice: (notice: LiveNotice) => void;
  /** @param bytes size as received. */
  readonly onBlock: (block: SampleBlock, bytes: number) => void;
};

type Links = {
  readonly receive: types.Transport;
  readonly control: Outbox<string>;
};

const CONTROL_BUFFERED_BYTES = 64 * 1024;
const CONTROL_QUEUED = 64;

/** Everything that the physician's page does during one stay in the room. */
export async function startPhysicianSession(
  room: Room,
  deps: PhysicianSessionDeps,
): Promise<Result<PhysicianSession>> {
  const opened = await openLinks(room);
  if (!opened.ok) {
    room.end(opened.fault);
    return opened;
  }
  const { receive, control } = opened.value;
  const onFault = (reason: Fault): void => {
    if (!isGone(reason)) {
      room.end(reason);
    }
  };
  const media: MediaReceiver = createMediaReceiver({
    room,
    transport: receive,
    onTracks: () => deps.onTracks(media.tracks()),
    onFault,
  });
  followCart(room, receive, media, deps, onFault);
  void room.ended.then(() => {
    control.close();
    deps.onTracks([]);
    deps.onPeers([]);
  });
  return ok({
    ended: room.ended,
    close: room.close,
    ask: (request) => control.push(JSON.stringify(request)),
    videoReport: media.videoReport,
    giveUp: room.end,
  });
}

async function openLinks(room: Room): Promise<Result<Links>> {
  const receive = await room.transport('receive');
  if (!receive.ok) {
    return receive;
  }
  const send = await room.transport('send');
  if (!send.ok) {
    return send;
  }
  const produced = await produceData(send.value, 'control');
  if (!produced.ok) {
    return produced;
  }
  const control = createOutbox<string>({
    maxBufferedBytes: CONTROL_BUFFERED_BYTES,
    maxQueued: CONTROL_QUEUED,
  });
  connectOutbox(control, produced.value, CONTROL_BUFFERED_BYTES, () =>
    room.end(fault('SIGNALLING_CLOSED', { part: 'media' })),
  );
  return ok({ receive: receive.value, control });
}

function followCart(
  room: Room,
  receive: types.Transport,
  media: MediaReceiver,
  deps: PhysicianSessionDeps,
  onFault: (reason: Fault) => void,
): void {
  const receiver = createDataReceiver(room, receive);
  const peers = new Map(room.joined.peers.map((peer) => [peer.peerId, peer]));
  const isCart = (peerId: string): boolean => peers.get(peerId)?.role === 'nurse';
  const tellPeers = (): void => deps.onPeers([...peers.values()]);

  async function hear({ dataProducerId, peerId, purpose }: DataProducerInfo): Promise<void> {
    if (!isCart(peerId)) {
      return;
    }
    const onMessage = purpose === 'control' ? takeNotice : takeBlock;
    const heard = await receiver.take(dataProducerId, (data) => onMessage(data, deps));
    if (!heard.ok) {
      onFault(heard.fault);
    } else if (purpose === 'control') {
      whenOpen(heard.value, deps.onCart);
    }
  }
  function take(notice: SignallingNotice): void {
    switch (notice.notice) {
      case 'peerJoined':
        peers.set(notice.peer.peerId, notice.peer);
        tellPeers();
        return;
      case 'peerLeft':
        peers.delete(notice.peerId);
        tellPeers();
        return;
      case 'producerAvailable':
        if (isCart(notice.producer.peerId)) {
          void media.take(notice.producer);
        }
        return;
      case 'producerClosed':
        media.drop(notice.producerId);
        return;
      case 'dataProducerAvailable':
        void hear(notice.dataProducer);
        return;
      case 'dataProducerClosed':
        receiver.drop(notice.dataProducerId);
        return;
      case 'closing':
    }
  }

  tellPeers();
  for (const dataProducer of room.joined.dataProducers) {
    void hear(dataProducer);
  }
  for (const producer of room.joined.producers) {
    if (isCart(producer.peerId)) {
      void media.take(producer);
    }
  }
  room.listen(take);
}

function whenOpen(consumer: types.DataConsumer, run: () => void): void {
  if (consumer.readyState === 'open') {
    run();
  } else {
    consumer.once('open', run);
  }
}

function takeNotice(data: string | Uint8Array, deps: PhysicianSessionDeps): void {
  const notice = LiveNoticeSchema.safeParse(parseText(data));
  if (notice.success) {
    deps.onNotice(notice.data);
  }
}

/** A block that cannot be read is missing, and asked for again like any other. */
function takeBlock(data: string | Uint8Array, deps: PhysicianSessionDeps): void {
  const decoded = typeof data === 'string' ? null : decodeBlock(data);
  if (decoded?.ok === true) {
    deps.onBlock(decoded.block, data.length);
  }
}
