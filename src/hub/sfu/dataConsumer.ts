import type { types } from 'mediasoup';
import type { Result } from '../../contracts/faults.ts';
import { attempt } from './attempt.ts';

/**
 * Always ordered and reliable, whatever the producer chose: in mediasoup 3.27 an unordered consumer
 * without limits sends each message once and forgets it, and a burst loses most of a signal.
 */
export function openDataConsumer(
  transport: types.WebRtcTransport,
  dataProducerId: string,
): Promise<Result<types.DataConsumer>> {
  return attempt(() => transport.consumeData({ dataProducerId, ordered: true }));
}
