import type { types } from 'mediasoup-client';
import { failed, type Result } from '../../contracts/faults.ts';
import type { DataProducerInfo } from '../../contracts/signalling.ts';
import type { Room } from './room.ts';
import { guarded } from './transports.ts';

/** Opens an ordered, reliable channel to everyone in the room who asks for it. */
export function produceData(
  transport: types.Transport,
  purpose: DataProducerInfo['purpose'],
  streamId: number | null = null,
): Promise<Result<types.DataProducer>> {
  const label = streamId === null ? purpose : `${purpose}:${String(streamId)}`;
  return guarded(() =>
    transport.produceData({ ordered: true, label, appData: { purpose, streamId } }),
  );
}

export type DataReceiver = {
  /** @param onMessage gets texts as strings and blocks as bytes of their own memory. */
  readonly take: (
    dataProducerId: string,
    onMessage: (data: string | Uint8Array) => void,
  ) => Promise<Result<types.DataConsumer>>;
  /** The producer ended. */
  readonly drop: (dataProducerId: string) => void;
};

/** The data channels that one stay in the room receives. */
export function createDataReceiver(room: Room, transport: types.Transport): DataReceiver {
  const consumers = new Map<string, types.DataConsumer>();
  /** Ended while they were being taken. */
  const ended = new Set<string>();

  return {
    take: async (dataProducerId, onMessage) => {
      const opened = await consumeData(room, transport, dataProducerId);
      if (!opened.ok) {
        return opened;
      }
      const consumer = opened.value;
      if (ended.delete(dataProducerId)) {
        consumer.close();
        return failed('MEDIA_PRODUCER_UNKNOWN');
      }
      consumers.set(dataProducerId, consumer);
      consumer.binaryType = 'arraybuffer';
      consumer.on('message', (data: unknown) => {
        if (typeof data === 'string') {
          onMessage(data);
        } else if (data instanceof ArrayBuffer) {
          onMessage(new Uint8Array(data));
        }
      });
      return opened;
    },
    drop: (dataProducerId) => {
      const consumer = consumers.get(dataProducerId);
      if (consumer === undefined) {
        ended.add(dataProducerId);
      } else {
        // The hub gives its number to another channel: here it must be free by then.
        consumers.delete(dataProducerId);
        consumer.close();
      }
    },
  };
}

async function consumeData(
  room: Room,
  transport: types.Transport,
  dataProducerId: string,
): Promise<Result<types.DataConsumer>> {
  const consumed = await room.calls.consumeData({ transportId: transport.id, dataProducerId });
  if (!consumed.ok) {
    return consumed;
  }
  if (transport.closed) {
    return failed('SIGNALLING_CLOSED');
  }
  const { dataConsumerId, label, protocol, sctpStreamParameters } = consumed.value;
  return await guarded(() =>
    transport.consumeData({
      id: dataConsumerId,
      dataProducerId,
      label,
      protocol,
      sctpStreamParameters,
    }),
  );
}

export function parseText(data: string | Uint8Array): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}
