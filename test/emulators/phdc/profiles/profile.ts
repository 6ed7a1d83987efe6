import type { Attribute, ConfigObject, PersonGroup, ReportForm } from '../objects.ts';
import type { PmStore } from '../pmStore.ts';

/** One report of an agent. */
export type Report = { readonly form: ReportForm; readonly groups: readonly PersonGroup[] };

/** What makes an agent an oximeter, a scale, a meter. */
export type AgentProfile = {
  /** MDC_DEV_SPEC_PROFILE_*. */
  readonly specialisation: number;
  readonly configId: number;
  readonly manufacturer: string;
  readonly model: string;
  readonly mdsExtra?: readonly Attribute[];
  readonly objects: readonly ConfigObject[];
  readonly pmStore?: PmStore;
  readonly confirmed: boolean;
  /** Between two reports, and from the beginning of operation to the first; ms. */
  readonly intervalMs: number;
  /** Report `index` at the device's own time; undefined once there is no more. */
  readonly report: (index: number, clockMs: number) => Report | undefined;
  /** What the agent does after its last report. */
  readonly afterwards: 'stay' | 'release';
};

/** A profile as it is made for one device, for it may keep a signal or a store of its own. */
export type ProfileFactory = (options: {
  readonly seed: number;
  readonly clockMs: number;
}) => AgentProfile;

/** Configurations from here on are the maker's own and must be told. */
export const EXTENDED_CONFIG = 0x4000;
