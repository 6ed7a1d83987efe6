import type { TransportAddress } from '../../contracts/devices.ts';
import { type Fault, fault, type Result } from '../../contracts/faults.ts';
import type { Transport } from '../_sdk/transport.ts';

export type ConnectionOptions = {
  readonly address: TransportAddress;
  readonly openTransport: (address: TransportAddress) => Promise<Result<Transport>>;
  /**
   * Where the device is now: its path may have changed while it was away. null: not there, and
   * another device is.
   */
  readonly locate: (address: TransportAddress) => Promise<TransportAddress | null>;
};

/**
 * Opens the device's transport for as long as `use` runs. Abort closes it at once, also one that was
 * still being opened. @returns why it ended.
 */
export async function connect(
  options: ConnectionOptions,
  signal: AbortSignal,
  use: (transport: Transport) => Promise<Fault>,
): Promise<Fault> {
  const address = await options.locate(options.address);
  if (address === null) {
    return fault('DEVICE_NOT_FOUND', { path: options.address.path });
  }
  const opened = await options.openTransport(address);
  if (!opened.ok) {
    return opened.fault;
  }
  const transport = opened.value;
  if (signal.aborted) {
    await transport.close();
    return fault('DEVICE_UNPLUGGED');
  }
  const onAbort = (): void => void transport.close();
  signal.addEventListener('abort', onAbort);
  try {
    return await use(transport);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await transport.close();
  }
}
