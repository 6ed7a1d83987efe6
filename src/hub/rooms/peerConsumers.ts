import type { types } from 'mediasoup';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { openConsumer, resumeConsumer } from '../sfu/consumer.ts';
import { openDataConsumer } from '../sfu/dataConsumer.ts';

/** What one peer receives. Each ends with its transport or its producer, whichever ends first. */
export class PeerConsumers {
  readonly #router: types.Router;
  readonly #limit: number;
  readonly #media = new Map<string, types.Consumer>();
  readonly #data = new Set<string>();

  constructor(router: types.Router, limit: number) {
    this.#router = router;
    this.#limit = limit;
  }

  async consume(
    transport: types.WebRtcTransport,
    producerId: string,
    rtpCapabilities: Record<string, unknown>,
  ): Promise<Result<types.Consumer>> {
    if (this.#isFull()) {
      return failed('MEDIA_REJECTED', { limit: this.#limit });
    }
    const opened = await openConsumer(this.#router, transport, producerId, rtpCapabilities);
    if (!opened.ok) {
      return opened;
    }
    const consumer = opened.value;
    if (transport.closed) {
      consumer.close();
      return failed('MEDIA_TRANSPORT_UNKNOWN');
    }
    this.#media.set(consumer.id, consumer);
    consumer.observer.once('close', () => this.#media.delete(consumer.id));
    return ok(consumer);
  }

  async consumeData(
    transport: types.WebRtcTransport,
    dataProducerId: string,
  ): Promise<Result<types.DataConsumer>> {
    if (this.#isFull()) {
      return failed('MEDIA_REJECTED', { limit: this.#limit });
    }
    const opened = await openDataConsumer(transport, dataProducerId);
    if (!opened.ok) {
      return opened;
    }
    const { id } = opened.value;
    if (transport.closed) {
      opened.value.close();
      return failed('MEDIA_TRANSPORT_UNKNOWN');
    }
    this.#data.add(id);
    opened.value.observer.once('close', () => this.#data.delete(id));
    return opened;
  }

  async resume(consumerId: string): Promise<Result<void>> {
    const consumer = this.#media.get(consumerId);
    return consumer === undefined
      ? failed('MEDIA_CONSUMER_UNKNOWN')
      : await resumeConsumer(consumer);
  }

  #isFull(): boolean {
    return this.#media.size + this.#data.size >= this.#limit;
  }
}
