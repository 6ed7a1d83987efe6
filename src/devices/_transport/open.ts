import type { TransportAddress } from '../../contracts/devices.ts';
import type { Result } from '../../contracts/faults.ts';
import type { AdapterManifest } from '../_sdk/adapter.ts';
import type { Transport } from '../_sdk/transport.ts';
import { openReplay } from './replay.ts';
import { openSerial } from './serial.ts';

/** Opens whatever `address` names, with what the device's manifest says of its wire. */
export function openTransport(
  address: TransportAddress,
  manifest: AdapterManifest,
): Promise<Result<Transport>> {
  if (address.kind === 'serial') {
    return openSerial({ path: address.path, baudRate: manifest.serial.baudRate });
  }
  return openReplay({
    path: address.path,
    speed: address.speed,
    bytesPerSecond: manifest.bytesPerSecond,
    pauseAfter: manifest.replyTerminator,
  });
}
