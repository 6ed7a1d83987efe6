import type { AdapterModule } from './_sdk/adapter.ts';
import { contourNextAdapter } from './ascensia.contour-next/adapter.ts';
import { bm58Adapter } from './beurer.bm58/adapter.ts';
import { cms50dAdapter } from './contec.cms50d/adapter.ts';
import { sp10Adapter } from './contec.sp10/adapter.ts';
import { hidScaleAdapter } from './generic.hid-scale/adapter.ts';
import { pedalAdapter } from './generic.pedal/adapter.ts';
import { phdcAdapter } from './ieee11073.phdc/adapter.ts';
import { noninAdapter } from './nonin.format2/adapter.ts';
import { hem790itAdapter } from './omron.hem790it/adapter.ts';
import { cytonAdapter } from './openbci.cyton/adapter.ts';
import { healthypiAdapter } from './protocentral.healthypi/adapter.ts';
import { stethoscopeAdapter } from './usb.stethoscope/adapter.ts';
import { uvcCameraAdapter } from './uvc.camera/adapter.ts';
import { gdxSprAdapter } from './vernier.gdx-spr/adapter.ts';

/** Every device that Chariot speaks to: one row for each folder. */
export const ADAPTERS: readonly AdapterModule[] = [
  cytonAdapter,
  healthypiAdapter,
  cms50dAdapter,
  noninAdapter,
  phdcAdapter,
  gdxSprAdapter,
  sp10Adapter,
  bm58Adapter,
  hem790itAdapter,
  contourNextAdapter,
  hidScaleAdapter,
  uvcCameraAdapter,
  pedalAdapter,
  stethoscopeAdapter,
];

export function findAdapter(adapterId: string): AdapterModule | null {
  return ADAPTERS.find((adapter) => adapter.manifest.adapterId === adapterId) ?? null;
}
