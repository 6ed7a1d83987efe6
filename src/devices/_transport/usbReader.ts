import { type Fault, fault } from '../../contracts/faults.ts';
import { pause, systemTime } from '../_sdk/time.ts';
import { isGone, isTimeout } from './failure.ts';
import type { UsbEndpoint, UsbHandle } from './libraries.ts';

/*
 * A transfer is asked for packet by packet. The library gives up a transfer by cancelling it, and
 * throws away what had arrived of it; a single packet arrives whole or not at all. So waiting may be
 * cut short often, closing takes no longer than one wait, and nothing is lost.
 */

/** Asked for explicitly: the library's own, hidden, is one second. Longest that closing waits. */
const PACKET_WAIT_MS = 250;
/** A device that ends a transfer of whole packets without an empty one is done after this. */
const TRANSFER_END_MS = 100;
const MAX_TROUBLES = 5;
const TROUBLE_PAUSE_MS = 20;

export type EndpointReading = {
  readonly handle: Pick<UsbHandle, 'transferIn' | 'clearHalt'>;
  readonly endpoint: UsbEndpoint;
  /** A transfer of so many bytes is whole, whatever follows. */
  readonly transferBytes: number;
  /** One transfer; valid during the call. */
  readonly deliver: (bytes: Uint8Array) => void;
  readonly signal: AbortSignal;
};

/** Reads until `signal` aborts (null) or the endpoint is of no more use. Never rejects. */
export async function readEndpoint(reading: EndpointReading): Promise<Fault | null> {
  const { handle, endpoint, signal } = reading;
  const transfer = createTransfer(reading);
  let troubles = 0;
  while (!signal.aborted) {
    const wait = transfer.begun() ? TRANSFER_END_MS : PACKET_WAIT_MS;
    try {
      const got = await handle.transferIn(endpoint.endpointNumber, endpoint.packetSize, wait);
      if (got.data === undefined) {
        throw new Error('stall');
      }
      troubles = 0;
      transfer.add(new Uint8Array(got.data.buffer, got.data.byteOffset, got.data.byteLength));
    } catch (error) {
      if (isGone(error)) {
        return signal.aborted ? null : fault('DEVICE_UNPLUGGED');
      }
      if (isTimeout(error)) {
        transfer.finish();
        continue;
      }
      if (++troubles > MAX_TROUBLES) {
        return fault('DEVICE_TRANSPORT_FAILED', { endpoint: endpoint.endpointNumber });
      }
      await handle.clearHalt('in', endpoint.endpointNumber).catch(() => undefined);
      await pause(systemTime, TROUBLE_PAUSE_MS, signal);
    }
  }
  return null;
}

/** Puts packets together: a packet that is not full ends a transfer (USB 2.0, 5.8.3). */
function createTransfer({ endpoint, transferBytes, deliver }: EndpointReading) {
  const memory = new Uint8Array(Math.max(transferBytes, endpoint.packetSize) + endpoint.packetSize);
  let length = 0;
  const finish = (): void => {
    const bytes = memory.subarray(0, length);
    length = 0;
    if (bytes.length > 0) {
      deliver(bytes);
    }
  };
  return {
    begun: () => length > 0,
    finish,
    add: (packet: Uint8Array): void => {
      memory.set(packet.subarray(0, endpoint.packetSize), length);
      length += Math.min(packet.length, endpoint.packetSize);
      if (packet.length < endpoint.packetSize || length >= transferBytes) {
        finish();
      }
    },
  };
}
