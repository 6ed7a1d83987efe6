import { bm58 } from './bm58/definition.ts';
import { cms50d } from './cms50d/definition.ts';
import { contour } from './contour/definition.ts';
import { cyton } from './cyton/definition.ts';
import type { EmulatorDefinition } from './definition.ts';
import { gdxspr } from './gdxspr/definition.ts';
import { healthypi } from './healthypi/definition.ts';
import { hidscale } from './hidscale/definition.ts';
import { nonin } from './nonin/definition.ts';
import { omron } from './omron/definition.ts';
import { phdc } from './phdc/definition.ts';
import { sp10 } from './sp10/definition.ts';

/** Every emulated device, in the order in which the command line lists them. */
export const EMULATORS: readonly EmulatorDefinition[] = [
  cyton,
  healthypi,
  cms50d,
  nonin,
  sp10,
  gdxspr,
  bm58,
  omron,
  contour,
  phdc,
  hidscale,
];

export function findEmulator(name: string): EmulatorDefinition | undefined {
  return EMULATORS.find((one) => one.name === name);
}
