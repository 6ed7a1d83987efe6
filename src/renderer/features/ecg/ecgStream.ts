import type { StreamDescriptor } from '../../../contracts/devices.ts';

/** The stream that the ECG view shows: the first live ECG; null while there is none. */
export function ecgStream(descriptors: readonly StreamDescriptor[]): StreamDescriptor | null {
  return descriptors.find(({ kind, origin }) => kind === 'ecg' && origin === 'live') ?? null;
}

/** Whether a block belongs there; what was never described can only be told by its stream. */
export function isOfEcg(
  streamId: number,
  descriptor: StreamDescriptor | null,
  descriptors: readonly StreamDescriptor[],
): boolean {
  const shown = ecgStream(descriptors);
  return shown === null ? descriptor === null : shown.streamId === streamId;
}
