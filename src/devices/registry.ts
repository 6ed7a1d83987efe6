import type { AdapterModule } from './_sdk/adapter.ts';
import { cytonAdapter } from './openbci.cyton/adapter.ts';

/** Every device that Chariot speaks to: one row for each folder. */
export const ADAPTERS: readonly AdapterModule[] = [cytonAdapter];

export function findAdapter(adapterId: string): AdapterModule | null {
  return ADAPTERS.find((adapter) => adapter.manifest.adapterId === adapterId) ?? null;
}
