import { ok } from '../../contracts/faults.ts';
import type { AdapterModule, Wire } from '../_sdk/adapter.ts';
import { type ButtonReader, createButtonSource } from '../_sdk/buttonSource.ts';
import { hex } from '../_sdk/bytes.ts';
import { createHidButtonReader } from '../_sdk/hidButton.ts';
import { createKeyReader, KEY_CAMERA, KEY_EVENT_BYTES, keyLines } from '../_sdk/keyEvents.ts';
import { INVERTED_WIRES, UVC_CAMERA_MANIFEST } from './manifest.ts';
import { createStatusReader, parseButton } from './protocol.ts';

/** What the kernel gives for the button (uvc_status.c). */
const CAMERA_KEYS: ReadonlySet<number> = new Set([KEY_CAMERA]);

function readerFor(wire: Wire, keys: ReadonlySet<number>): ButtonReader {
  const inverted = INVERTED_WIRES.has(wire.name);
  if (wire.kind === 'hid') {
    return createHidButtonReader();
  }
  return wire.kind === 'usb' ? createStatusReader(inverted) : createKeyReader(keys, inverted);
}

/**
 * @param keys codes of linux/input-event-codes.h that count as the button: for otoscopes that type
 * a key of their own instead of KEY_CAMERA.
 */
export function createUvcCameraAdapter(keys: ReadonlySet<number> = CAMERA_KEYS): AdapterModule {
  const { adapterId, adapterVersion, manufacturer, model } = UVC_CAMERA_MANIFEST;
  return {
    manifest: UVC_CAMERA_MANIFEST,
    // A button has nothing to say of itself: its class, told by the system, is the identity.
    probe: async () =>
      ok({
        adapterId,
        adapterVersion,
        manufacturer,
        model,
        serialNumber: null,
        firmware: null,
      }),
    open: (transport, _identity, sink, { time, wire }) =>
      createButtonSource({ transport, sink, time, read: readerFor(wire, keys) }),
    readTrace: () => (_direction, packet) => traceLines(packet),
  };
}

function traceLines(packet: Uint8Array): readonly string[] {
  if (packet.length > 0 && packet.length % KEY_EVENT_BYTES === 0) {
    return keyLines(packet);
  }
  const button = parseButton(packet, 0);
  return button === null
    ? [`report ${hex(packet.subarray(0, KEY_EVENT_BYTES))}`]
    : [`status button ${button.value}, interface ${button.originator}`];
}

export const uvcCameraAdapter: AdapterModule = createUvcCameraAdapter();
