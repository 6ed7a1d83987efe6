import type { types } from 'mediasoup-client';
import { fault, ok, type Result } from '../../contracts/faults.ts';
import type { LiveNotice, ReceiverReport } from '../../contracts/live.ts';
import type { DataProducerInfo, PeerInfo, SignallingNotice } from '../../contracts/signalling.ts';
import { createBackfillServer } from './backfillServer.ts';
import type { CallSession } from './callLoop.ts';
import { createCameraSender } from './cameraSender.ts';
import { createCartTalk, type PhysicianEar } from './cartTalk.ts';
import { createDataReceiver, produceData } from './dataLinks.ts';
import { connectOutbox, createLiveSender, type SendCounts } from './liveSender.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { isGone, type Room } from './room.ts';
import { isSent } from './sentStreams.ts';
import type { StreamClient } from './streamClient.ts';

export type CartSession = CallSession & {
  readonly setMedia: (media: MediaStream | null) => void;
  readonly roundTripMs: () => number | null;
};

type CartSessionDeps = {
  readonly stream: StreamClient;
  readonly counts: SendCounts;
  readonly onPhysicians: (physicians: readonly PeerInfo[]) => void;
  readonly onReport: (peerId: string, report: ReceiverReport) => void;
};

type Channels = {
  readonly send: types.Transport;
  readonly receive: types.Transport;
  readonly control: Outbox<string>;
  readonly backfill: Outbox<Uint8Array>;
};

/** Small: late blocks must not stand before live ones in the association's buffer. */
const BACKFILL_BUFFERED_BYTES = 64 * 1024;
const CONTROL_BUFFERED_BYTES = 256 * 1024;
const CONTROL_QUEUED = 512;

/** Everything that the cart does during one stay in the room; it ends with the room. */
export async function startCartSession(
  room: Room,
  deps: CartSessionDeps,
): Promise<Result<CartSession>> {
  const opened = await openChannels(room);
  if (!opened.ok) {
    room.end(opened.fault);
    return opened;
  }
  const channels = opened.value;
  const camera = createCameraSender(room, channels.send);
  const stopSending = sendStreams(room, channels, deps);
  followPhysicians(room, channels, deps);
  void room.ended.then(() => {
    stopSending();
    channels.control.close();
    channels.backfill.close();
  });
  return ok({
    ended: room.ended,
    close: room.close,
    setMedia: camera.setMedia,
    roundTripMs: room.roundTripMs,
  });
}

async function openChannels(room: Room): Promise<Result<Channels>> {
  const send = await room.transport('send');
  if (!send.ok) {
    return send;
  }
  const receive = await room.transport('receive');
  if (!receive.ok) {
    return receive;
  }
  const control = await produceData(send.value, 'control');
  if (!control.ok) {
    return control;
  }
  const backfill = await produceData(send.value, 'backfill');
  if (!backfill.ok) {
    return backfill;
  }
  const onLost = (): void => room.end(fault('SIGNALLING_CLOSED', { part: 'media' }));
  const channels = {
    send: send.value,
    receive: receive.value,
    control: createOutbox<string>({
      maxBufferedBytes: CONTROL_BUFFERED_BYTES,
      maxQueued: CONTROL_QUEUED,
    }),
    backfill: createOutbox<Uint8Array>({
      maxBufferedBytes: BACKFILL_BUFFERED_BYTES,
      maxQueued: 1,
    }),
  };
  connectOutbox(channels.control, control.value, CONTROL_BUFFERED_BYTES, onLost);
  connectOutbox(channels.backfill, backfill.value, BACKFILL_BUFFERED_BYTES, onLost);
  return ok(channels);
}

/** Blocks and descriptions as they come. @returns stops */
function sendStreams(room: Room, channels: Channels, deps: CartSessionDeps): () => void {
  const { stream, counts } = deps;
  const sender = createLiveSender({
    transport: channels.send,
    counts,
    onLost: () => room.end(fault('SIGNALLING_CLOSED', { part: 'media' })),
  });
  for (const descriptor of stream.descriptors()) {
    if (isSent(descriptor)) {
      sender.expect(descriptor.streamId);
    }
  }
  const stops = [
    stream.onDescriptor((descriptor) => {
      if (isSent(descriptor)) {
        sender.expect(descriptor.streamId);
        tell(channels, { kind: 'descriptor', descriptor });
      }
    }),
    stream.onMeasurement((measurement) => tell(channels, { kind: 'measurement', measurement })),
    stream.onStatus((status) => tell(channels, { kind: 'device', status })),
    stream.onBlock(({ streamId }, bytes, descriptor) => {
      if (descriptor === null || isSent(descriptor)) {
        sender.send(streamId, bytes);
      }
    }),
    () => sender.close(),
  ];
  return () => {
    for (const stop of stops) {
      stop();
    }
  };
}

function followPhysicians(room: Room, channels: Channels, deps: CartSessionDeps): void {
  const { stream, onReport } = deps;
  const say = (notice: LiveNotice): void => tell(channels, notice);
  const backfill = createBackfillServer({
    read: stream.requestBackfill,
    outbox: channels.backfill,
    tell: say,
  });
  void room.ended.then(() => backfill.close());
  const talk = createCartTalk({ stream, backfill, tell: say, onReport });
  const receiver = createDataReceiver(room, channels.receive);
  const physicians = new Map<string, PeerInfo>();
  const tellPhysicians = (): void => deps.onPhysicians([...physicians.values()]);

  async function hear({ dataProducerId, peerId, purpose }: DataProducerInfo): Promise<void> {
    if (purpose !== 'control' || !physicians.has(peerId)) {
      return;
    }
    const ear: PhysicianEar = talk.listenTo(peerId);
    const heard = await receiver.take(dataProducerId, ear);
    if (!heard.ok && !isGone(heard.fault)) {
      room.end(heard.fault);
    }
  }
  function arrive(peer: PeerInfo): void {
    if (peer.role === 'physician') {
      physicians.set(peer.peerId, peer);
    }
  }
  function take(notice: SignallingNotice): void {
    if (notice.notice === 'peerJoined') {
      arrive(notice.peer);
      tellPhysicians();
    } else if (notice.notice === 'peerLeft') {
      physicians.delete(notice.peerId);
      tellPhysicians();
    } else if (notice.notice === 'dataProducerAvailable') {
      void hear(notice.dataProducer);
    } else if (notice.notice === 'dataProducerClosed') {
      receiver.drop(notice.dataProducerId);
    }
  }

  room.joined.peers.forEach(arrive);
  tellPhysicians();
  for (const dataProducer of room.joined.dataProducers) {
    void hear(dataProducer);
  }
  room.listen(take);
}

function tell({ control }: Channels, notice: LiveNotice): void {
  control.push(JSON.stringify(notice));
}
