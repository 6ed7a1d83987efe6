import type { Device } from './answers.ts';
import type { PmSegment, PmStore } from './pmStore.ts';
import type { AgentProfile } from './profiles/profile.ts';

export type DeviceState = Device & {
  /** The device is switched on at this moment of the host's clock; later calls change nothing. */
  readonly switchOn: (nowMs: number) => number;
  /** Which event of which segment is on its way. */
  readonly transfer: () => { readonly segment: PmSegment; readonly index: number } | undefined;
  readonly moveTransfer: (step: 'next' | 'end') => void;
};

/** What outlives an association: clock and store; and the transfer, which does not. */
export function createDeviceState(options: {
  readonly profile: AgentProfile;
  readonly systemId: Uint8Array;
  readonly serialNumber: string;
  readonly clockMs: number;
  readonly now: () => number;
  readonly reportsSent: () => number;
}): DeviceState {
  const { profile, now } = options;
  let store: PmStore | undefined = profile.pmStore;
  let transfer: { readonly segment: PmSegment; readonly index: number } | undefined;
  let onMs: number | undefined;
  let clock: { readonly atMs: number; readonly clockMs: number } | undefined;
  const clockMs = (): number =>
    clock === undefined ? options.clockMs : clock.clockMs + now() - clock.atMs;
  return {
    profile,
    systemId: options.systemId,
    serialNumber: options.serialNumber,
    clockMs,
    switchOn: (nowMs) => {
      onMs ??= nowMs;
      clock ??= { atMs: nowMs, clockMs: options.clockMs };
      return onMs;
    },
    setClock: (wanted) => {
      clock = { atMs: now(), clockMs: wanted };
    },
    get store() {
      return store;
    },
    beginTransfer: (segment) => {
      if (transfer !== undefined) return false;
      transfer = { segment, index: 0 };
      return true;
    },
    transfer: () => transfer,
    moveTransfer: (step) => {
      if (step === 'end' || transfer === undefined) transfer = undefined;
      else transfer = { segment: transfer.segment, index: transfer.index + 1 };
    },
    clear: (instances) => {
      if (store === undefined) return;
      const segments = store.segments.map((one) =>
        (instances?.includes(one.instance) ?? true) ? { ...one, entries: [] } : one,
      );
      store = { ...store, segments };
    },
    latest: () => profile.report(Math.max(0, options.reportsSent() - 1), clockMs()),
  };
}
