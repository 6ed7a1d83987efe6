import { ok } from '../../contracts/faults.ts';
import type { AdapterModule } from '../_sdk/adapter.ts';
import { createButtonSource } from '../_sdk/buttonSource.ts';
import { createHidButtonReader } from '../_sdk/hidButton.ts';
import { createKeyReader, keyLines } from '../_sdk/keyEvents.ts';
import { PEDAL_MANIFEST } from './manifest.ts';

const { adapterId, adapterVersion, manufacturer, model } = PEDAL_MANIFEST;

export const pedalAdapter: AdapterModule = {
  manifest: PEDAL_MANIFEST,
  // Nothing can be asked of a keyboard: the numbers of its fingerprint are the identity.
  probe: async () =>
    ok({ adapterId, adapterVersion, manufacturer, model, serialNumber: null, firmware: null }),
  open: (transport, _identity, sink, { time, wire }) =>
    createButtonSource({
      transport,
      sink,
      time,
      read: wire.kind === 'hid' ? createHidButtonReader() : createKeyReader(null, false),
    }),
  // The keys themselves are not traced: whoever types on a keyboard that was taken for a pedal must
  // not find the text in a trace.
  readTrace: () => (_direction, packet) =>
    keyLines(packet).map((line) => line.replace(/^key \d+/, 'key')),
};
