import type { types } from 'mediasoup';
import type { CallInput } from '../../contracts/calls.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type {
  DataProducerInfo,
  ProducerInfo,
  SignallingCalls,
  SignallingNotice,
} from '../../contracts/signalling.ts';
import type { Limits } from '../limits.ts';
import { openDataProducer } from '../sfu/dataProducer.ts';
import { openProducer } from '../sfu/producer.ts';
import { Requests } from './requests.ts';

type Closable = { close(): void };

/** What one peer sends: camera, microphone and data channels. */
export class PeerProducers {
  readonly #peerId: string;
  readonly #limits: Limits;
  readonly #announce: (notice: SignallingNotice) => void;
  readonly #media = new Map<string, { info: ProducerInfo; handle: Closable }>();
  readonly #data = new Map<string, { info: DataProducerInfo; handle: Closable }>();
  readonly #mediaRequests = new Requests();
  readonly #dataRequests = new Requests();

  /** @param announce tells the other peers of the room. */
  constructor(peerId: string, limits: Limits, announce: (notice: SignallingNotice) => void) {
    this.#peerId = peerId;
    this.#limits = limits;
    this.#announce = announce;
  }

  media(): ProducerInfo[] {
    return [...this.#media.values()].map(({ info }) => info);
  }

  data(): DataProducerInfo[] {
    return [...this.#data.values()].map(({ info }) => info);
  }

  has(producerId: string): boolean {
    return this.#media.has(producerId) || this.#data.has(producerId);
  }

  produce(
    transport: types.WebRtcTransport,
    request: CallInput<SignallingCalls, 'produce'>,
  ): Promise<Result<string>> {
    return this.#mediaRequests.once(request.requestId, async () => {
      if (this.#media.size >= this.#limits.producersPerPeer) {
        return failed('MEDIA_REJECTED', { limit: this.#limits.producersPerPeer });
      }
      const opened = await openProducer(transport, request.kind, request.rtpParameters);
      if (!opened.ok) {
        return opened;
      }
      const { id } = opened.value;
      const { kind, source } = request;
      const info = { producerId: id, peerId: this.#peerId, kind, source };
      this.#media.set(id, { info, handle: opened.value });
      opened.value.observer.once('close', () => {
        this.#media.delete(id);
        this.#mediaRequests.forget(request.requestId);
        this.#announce({ notice: 'producerClosed', producerId: id });
      });
      this.#announce({ notice: 'producerAvailable', producer: info });
      return keptWith(transport, id, opened.value);
    });
  }

  produceData(
    transport: types.WebRtcTransport,
    request: CallInput<SignallingCalls, 'produceData'>,
  ): Promise<Result<string>> {
    return this.#dataRequests.once(request.requestId, async () => {
      if (this.#data.size >= this.#limits.dataProducersPerPeer) {
        return failed('MEDIA_REJECTED', { limit: this.#limits.dataProducersPerPeer });
      }
      const { purpose, streamId } = request;
      const opened = await openDataProducer(transport, purpose, request.sctpStreamParameters);
      if (!opened.ok) {
        return opened;
      }
      const { id } = opened.value;
      const info = { dataProducerId: id, peerId: this.#peerId, purpose, streamId };
      this.#data.set(id, { info, handle: opened.value });
      opened.value.observer.once('close', () => {
        this.#data.delete(id);
        this.#dataRequests.forget(request.requestId);
        this.#announce({ notice: 'dataProducerClosed', dataProducerId: id });
      });
      this.#announce({ notice: 'dataProducerAvailable', dataProducer: info });
      return keptWith(transport, id, opened.value);
    });
  }

  /** Ends a producer of either kind. */
  close(producerId: string): Result<Record<string, never>> {
    const own = this.#media.get(producerId) ?? this.#data.get(producerId);
    if (own === undefined) {
      return failed('MEDIA_PRODUCER_UNKNOWN');
    }
    own.handle.close();
    return ok({});
  }
}

/** A transport that closed while its producer was being made did not take the producer along. */
function keptWith(transport: types.WebRtcTransport, id: string, handle: Closable): Result<string> {
  if (transport.closed) {
    handle.close();
    return failed('MEDIA_TRANSPORT_UNKNOWN');
  }
  return ok(id);
}
