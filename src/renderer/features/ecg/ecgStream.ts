import type { StreamDescriptor } from '../../../contracts/devices.ts';

/** The stream that the ECG view shows: the first live ECG; null while there is none. */
export function ecgStream(descriptors: readonly StreamDescriptor[]): StreamDescriptor | null {
  return descriptors.find(({ kind, origin }) => kind === 'ecg' && origin === 'live') ?? null;
}

/** False: its counts have no unit, so that no millivolt may be read off it. */
export function isCalibrated({ channels }: Pick<StreamDescriptor, 'channels'>): boolean {
  return channels.every(({ unit }) => unit !== 'count');
}

/** A new epoch of the same picture: only a gap lies between. */
export function sameLeads(before: StreamDescriptor | null, after: StreamDescriptor): boolean {
  return (
    before !== null &&
    before.streamId === after.streamId &&
    before.rateHz === after.rateHz &&
    isCalibrated(before) === isCalibrated(after) &&
    JSON.stringify(before.leads) === JSON.stringify(after.leads)
  );
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
