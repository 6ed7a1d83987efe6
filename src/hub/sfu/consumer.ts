import type { types } from 'mediasoup';
import { failed, type Result } from '../../contracts/faults.ts';
import { attempt } from './attempt.ts';

/**
 * Starts paused, so that no key frame is sent before the peer listens.
 * @param rtpCapabilities as the peer sent them; mediasoup validates them.
 */
export async function openConsumer(
  router: types.Router,
  transport: types.WebRtcTransport,
  producerId: string,
  rtpCapabilities: Record<string, unknown>,
): Promise<Result<types.Consumer>> {
  const checked = rtpCapabilities as unknown as types.RtpCapabilities;
  if (!router.canConsume({ producerId, rtpCapabilities: checked })) {
    return failed('MEDIA_CANNOT_CONSUME');
  }
  return await attempt(() =>
    transport.consume({ producerId, rtpCapabilities: checked, paused: true }),
  );
}

export function resumeConsumer(consumer: types.Consumer): Promise<Result<void>> {
  return attempt(() => consumer.resume());
}
