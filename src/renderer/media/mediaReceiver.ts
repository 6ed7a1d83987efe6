import type { types } from 'mediasoup-client';
import type { Fault } from '../../contracts/faults.ts';
import type { ProducerInfo } from '../../contracts/signalling.ts';
import type { Room } from './room.ts';
import { guarded } from './transports.ts';

export type MediaReceiver = {
  readonly take: (producer: ProducerInfo) => Promise<void>;
  readonly drop: (producerId: string) => void;
  readonly tracks: () => MediaStreamTrack[];
  /** Statistics of the video; null while none is received. */
  readonly videoReport: () => Promise<RTCStatsReport | null>;
};

/** Camera and microphone of the cart, as they come and go. */
export function createMediaReceiver(deps: {
  readonly room: Room;
  readonly transport: types.Transport;
  readonly onTracks: () => void;
  readonly onFault: (fault: Fault) => void;
}): MediaReceiver {
  const { room, transport, onTracks, onFault } = deps;
  const consumers = new Map<string, types.Consumer>();
  /** Ended while they were being taken. */
  const ended = new Set<string>();

  return {
    take: async ({ producerId }) => {
      const consumed = await room.calls.consume({
        transportId: transport.id,
        producerId,
        rtpCapabilities: { ...room.device.recvRtpCapabilities },
      });
      if (!consumed.ok) {
        onFault(consumed.fault);
        return;
      }
      const { consumerId, kind, rtpParameters } = consumed.value;
      const opened = await guarded(() =>
        transport.consume({
          id: consumerId,
          producerId,
          kind,
          // Plain JSON in the contract; mediasoup-client validates it.
          rtpParameters: rtpParameters as types.RtpParameters,
        }),
      );
      if (!opened.ok) {
        onFault(opened.fault);
        return;
      }
      if (ended.delete(producerId)) {
        opened.value.close();
        return;
      }
      consumers.set(producerId, opened.value);
      onTracks();
      const resumed = await room.calls.resumeConsumer({ consumerId });
      // Its producer may have ended between the two calls.
      if (!resumed.ok && resumed.fault.code !== 'MEDIA_CONSUMER_UNKNOWN') {
        onFault(resumed.fault);
      }
    },
    drop: (producerId) => {
      const consumer = consumers.get(producerId);
      if (consumer === undefined) {
        ended.add(producerId);
      } else {
        consumers.delete(producerId);
        consumer.close();
        onTracks();
      }
    },
    tracks: () => [...consumers.values()].map(({ track }) => track),
    videoReport: async () => {
      const video = [...consumers.values()].find(({ kind }) => kind === 'video');
      const report = video === undefined ? null : await guarded(() => video.getStats());
      return report?.ok === true ? report.value : null;
    },
  };
}
