import type { DeliveryListState } from './deliveryList.ts';

export type Arrivals = { readonly count: number; readonly all: number };

/**
 * How much of an act has arrived, document by document: one that goes to two destinations has arrived
 * once both have it. @returns null while the list does not hold all of it.
 */
export function arrivals(
  { deliveries, known, more }: Pick<DeliveryListState, 'deliveries' | 'known' | 'more'>,
  actId: string,
): Arrivals | null {
  const whole = new Map<string, boolean>();
  for (const { objectId, state, ...one } of deliveries) {
    if (one.actId === actId) {
      whole.set(objectId, state === 'done' && (whole.get(objectId) ?? true));
    }
  }
  return known && !more && whole.size > 0
    ? { count: [...whole.values()].filter(Boolean).length, all: whole.size }
    : null;
}
