import type { StreamDescriptor } from '../../contracts/devices.ts';

/** Sound at 48 kHz and 32 bits would need as much of the link as the picture: it is only recorded. */
export function isSent({ kind }: StreamDescriptor): boolean {
  return kind !== 'sound';
}
