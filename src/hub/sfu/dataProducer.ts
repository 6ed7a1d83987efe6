import type { types } from 'mediasoup';
import type { Result } from '../../contracts/faults.ts';
import type { DataProducerInfo } from '../../contracts/signalling.ts';
import { attempt } from './attempt.ts';

/** @param sctpStreamParameters as the peer sent them; mediasoup validates them. */
export function openDataProducer(
  transport: types.WebRtcTransport,
  purpose: DataProducerInfo['purpose'],
  sctpStreamParameters: Record<string, unknown>,
): Promise<Result<types.DataProducer>> {
  const checked = sctpStreamParameters as unknown as types.SctpStreamParameters;
  return attempt(() =>
    transport.produceData({ sctpStreamParameters: checked, label: purpose, protocol: '' }),
  );
}
