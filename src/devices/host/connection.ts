import type { TransportAddress } from '../../contracts/devices.ts';
import { type Fault, fault, type Result } from '../../contracts/faults.ts';
import type { Wire } from '../_sdk/adapter.ts';
import type { Transport } from '../_sdk/transport.ts';

export type ConnectionOptions = {
  readonly address: TransportAddress;
  readonly openTransport: (address: TransportAddress, wire: Wire) => Promise<Result<Transport>>;
  /**
   * Where the device is now: its path may have changed while it was away. null: not there, and
   * another device is.
   */
  readonly locate: (address: TransportAddress) => Promise<TransportAddress | null>;
};

/**
 * Why a wire was let go. `wrongWire`: nobody there spoke its language, so that the next wire may be
 * the right one.
 */
export type WireEnd = { readonly fault: Fault; readonly wrongWire: boolean };

/**
 * Opens the device's transport, as each of `wires` in turn, for as long as `use` runs. Abort closes
 * it at once, also one that was still being opened. @returns why it ended.
 */
export async function connect(
  options: ConnectionOptions,
  wires: readonly Wire[],
  signal: AbortSignal,
  use: (transport: Transport, wire: Wire) => Promise<WireEnd>,
): Promise<Fault> {
  const address = await options.locate(options.address);
  if (address === null) {
    return fault('DEVICE_NOT_FOUND', { path: options.address.path });
  }
  let why = fault('DEVICE_NO_ANSWER');
  for (const wire of wires) {
    if (signal.aborted) {
      return fault('DEVICE_UNPLUGGED');
    }
    const end = await connectAs(options, address, wire, signal, use);
    if (!end.wrongWire) {
      return end.fault;
    }
    // What a device said instead of answering tells more than its silence on another wire.
    why = why.params === undefined ? end.fault : why;
  }
  return why;
}

async function connectAs(
  options: ConnectionOptions,
  address: TransportAddress,
  wire: Wire,
  signal: AbortSignal,
  use: (transport: Transport, wire: Wire) => Promise<WireEnd>,
): Promise<WireEnd> {
  const opened = await options.openTransport(address, wire);
  if (!opened.ok) {
    return { fault: opened.fault, wrongWire: false };
  }
  const transport = opened.value;
  if (signal.aborted) {
    await transport.close();
    return { fault: fault('DEVICE_UNPLUGGED'), wrongWire: false };
  }
  const onAbort = (): void => void transport.close();
  signal.addEventListener('abort', onAbort);
  try {
    return await use(transport, wire);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await transport.close();
  }
}
