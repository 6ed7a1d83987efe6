import type { DeviceIdentity } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { AdapterDeps, AdapterModule } from '../_sdk/adapter.ts';
import { hear } from '../_sdk/hearing.ts';
import { createLiveSource } from '../_sdk/liveSource.ts';
import type { Transport } from '../_sdk/transport.ts';
import { HID_SCALE_MANIFEST } from './manifest.ts';
import { parseReport } from './protocol.ts';
import { readScaleTrace } from './trace.ts';
import { createWeighing } from './weighing.ts';

/** Scales that talk unasked do so several times a second. */
const LISTEN_MS = 1_000;

/**
 * Nothing can be asked of it: the usage page of its fingerprint is the identity, and a scale on which
 * nobody stands may be silent. Only what it says can speak against it.
 */
async function probe(
  transport: Transport,
  { time }: Pick<AdapterDeps, 'time'>,
): Promise<Result<DeviceIdentity>> {
  const { bytes, content } = await hear(
    transport,
    time,
    LISTEN_MS,
    (report) => parseReport(report) !== null,
  );
  // A report that was torn as the cable was pulled speaks for nobody else.
  const gone = await Promise.race([transport.closed, Promise.resolve(null)]);
  if (gone !== null) {
    return { ok: false, fault: gone };
  }
  if (bytes > 0 && !content) {
    return failed('DEVICE_WRONG_IDENTITY', { found: 'reports of another kind', bytes });
  }
  const { adapterId, adapterVersion, manufacturer, model } = HID_SCALE_MANIFEST;
  return ok({ adapterId, adapterVersion, manufacturer, model, serialNumber: null, firmware: null });
}

export const hidScaleAdapter: AdapterModule = {
  manifest: HID_SCALE_MANIFEST,
  probe,
  open: (transport, _identity, sink, { time }) =>
    createLiveSource({ transport, streams: [], decoder: createWeighing(sink, time) }),
  readTrace: () => readScaleTrace,
};
