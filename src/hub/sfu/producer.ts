import type { types } from 'mediasoup';
import type { Result } from '../../contracts/faults.ts';
import { attempt } from './attempt.ts';

/** @param rtpParameters as the peer sent them; mediasoup validates them. */
export function openProducer(
  transport: types.WebRtcTransport,
  kind: types.MediaKind,
  rtpParameters: Record<string, unknown>,
): Promise<Result<types.Producer>> {
  const checked = rtpParameters as unknown as types.RtpParameters;
  return attempt(() => transport.produce({ kind, rtpParameters: checked }));
}
