import { type CytonFaultPlan, parseFaults } from '../cyton/faults.ts';
import { DEFAULT_ECG_MODEL, type EcgModelOptions } from '../ecg/dynamicalModel.ts';
import { readCommon, readNumber, type Values, WrongArgument } from './values.ts';

export type CytonArguments = {
  readonly link: string;
  readonly input: string | undefined;
  readonly faults: CytonFaultPlan;
  readonly seconds: number | undefined;
  readonly model: EcgModelOptions;
  readonly stamps: string | undefined;
  readonly seed: number;
  readonly streamOnStart: boolean;
};

function readModel(values: Values, seed: number): EcgModelOptions {
  const base = DEFAULT_ECG_MODEL;
  const or = (
    name: 'hr' | 'hrv' | 'noise' | 'wander' | 'mains',
    otherwise: number,
    high: number,
  ) =>
    values[name] === undefined
      ? otherwise
      : readNumber(name, values[name], name === 'hr' ? 20 : 0, high);
  const mainsHz = values['mains-hz'] ?? '50';
  if (mainsHz !== '50' && mainsHz !== '60') throw new WrongArgument('--mains-hz is 50 or 60');
  return {
    heartRateBpm: or('hr', base.heartRateBpm, 250),
    hrvMs: or('hrv', base.hrvMs, 200),
    noiseUv: or('noise', base.noiseUv, 10_000),
    wanderUv: or('wander', base.wanderUv, 10_000),
    mainsUv: or('mains', base.mainsUv, 10_000),
    mainsHz: mainsHz === '50' ? 50 : 60,
    seed,
  };
}

/** Throws `WrongArgument`. */
export function readCyton(values: Values): CytonArguments {
  if (values.pty === undefined || values.pty === '') {
    throw new WrongArgument('--pty LINK is needed');
  }
  const faults = parseFaults(values.fault ?? []);
  if (!faults.ok) throw new WrongArgument(faults.message);
  const { seed, seconds } = readCommon(values);
  return {
    link: values.pty,
    input: values.input,
    faults: faults.plan,
    seconds,
    model: readModel(values, seed),
    stamps: values.stamps,
    seed,
    streamOnStart: values['stream-on-start'] ?? false,
  };
}
