import { type CallHandlers, type CallRouter, createRouter } from '../../contracts/calls.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { SIGNALLING_CALLS } from '../../contracts/signalling.ts';
import { describeTransport } from '../sfu/transport.ts';
import type { Seat } from './connection.ts';
import { SIGNALLING_FAULTS } from './faults.ts';

const { join: _join, ...JOINED_CALLS } = SIGNALLING_CALLS;
type JoinedCalls = typeof JOINED_CALLS;
type Handlers = CallHandlers<JoinedCalls, Seat>;

/** Routes the calls of a peer that has joined. */
export function createJoinedRouter(deps: {
  readonly leave: (seat: Seat) => void;
  readonly onBug: (call: string, error: unknown) => void;
}): CallRouter<Seat> {
  const handlers: Handlers = {
    ...transportCalls,
    ...producerCalls,
    ...consumerCalls,
    ping: () => ok({}),
    leave: (_input, seat) => {
      deps.leave(seat);
      return ok({});
    },
  };
  return createRouter<JoinedCalls, Seat>(JOINED_CALLS, handlers, SIGNALLING_FAULTS, deps.onBug);
}

const transportCalls: Pick<Handlers, 'createTransport' | 'connectTransport' | 'restartIce'> = {
  createTransport: async ({ direction }, { peer }) =>
    map(await peer.transports.open(direction), describeTransport),
  connectTransport: async ({ transportId, dtlsParameters }, { peer }) =>
    map(await peer.transports.connect(transportId, dtlsParameters), () => ({})),
  restartIce: async ({ transportId }, { peer }) =>
    map(await peer.transports.restartIce(transportId), (iceParameters) => ({ iceParameters })),
};

const producerCalls: Pick<Handlers, 'produce' | 'produceData' | 'closeProducer'> = {
  produce: async (input, { peer }) => {
    const transport = peer.transports.find(input.transportId, 'send');
    if (!transport.ok) {
      return transport;
    }
    const produced = await peer.producers.produce(transport.value, input);
    return map(produced, (producerId) => ({ producerId }));
  },
  produceData: async (input, { peer }) => {
    // The record is the cart's: nobody else may send what others take for a device's signal.
    if (input.purpose !== 'control' && peer.info.role !== 'nurse') {
      return failed('ROLE_FORBIDDEN');
    }
    if ((input.purpose === 'stream') !== (input.streamId !== null)) {
      return failed('SIGNALLING_MALFORMED', { call: 'produceData' });
    }
    const transport = peer.transports.find(input.transportId, 'send');
    if (!transport.ok) {
      return transport;
    }
    const produced = await peer.producers.produceData(transport.value, input);
    return map(produced, (dataProducerId) => ({ dataProducerId }));
  },
  closeProducer: ({ producerId }, { peer }) => peer.producers.close(producerId),
};

const consumerCalls: Pick<Handlers, 'consume' | 'resumeConsumer' | 'consumeData'> = {
  consume: async ({ transportId, producerId, rtpCapabilities }, { peer, room }) => {
    const transport = peer.transports.find(transportId, 'receive');
    if (!transport.ok) {
      return transport;
    }
    if (!room.hasProducer(producerId)) {
      return failed('MEDIA_PRODUCER_UNKNOWN');
    }
    const consumed = await peer.consumers.consume(transport.value, producerId, rtpCapabilities);
    return map(consumed, ({ id, kind, rtpParameters }) => ({
      consumerId: id,
      kind,
      rtpParameters,
    }));
  },
  resumeConsumer: async ({ consumerId }, { peer }) =>
    map(await peer.consumers.resume(consumerId), () => ({})),
  consumeData: async ({ transportId, dataProducerId }, { peer, room }) => {
    const transport = peer.transports.find(transportId, 'receive');
    if (!transport.ok) {
      return transport;
    }
    if (!room.hasProducer(dataProducerId)) {
      return failed('MEDIA_PRODUCER_UNKNOWN');
    }
    const consumed = await peer.consumers.consumeData(transport.value, dataProducerId);
    return map(consumed, ({ id, label, protocol, sctpStreamParameters }) => ({
      dataConsumerId: id,
      label,
      protocol,
      sctpStreamParameters: { ...sctpStreamParameters },
    }));
  },
};

function map<T, U>(result: Result<T>, change: (value: T) => U): Result<U> {
  return result.ok ? ok(change(result.value)) : result;
}
