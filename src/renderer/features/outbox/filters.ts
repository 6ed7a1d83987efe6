import type { DeliveryState } from '../../../contracts/outbox.ts';

/** What a technician looks at, by the states that it holds. */
export const FILTERS = {
  all: ['queued', 'claimed', 'inFlight', 'done', 'refused', 'quarantined'],
  stuck: ['refused', 'quarantined'],
  waiting: ['queued', 'claimed', 'inFlight'],
  done: ['done'],
} as const satisfies Record<string, readonly DeliveryState[]>;
export type Filter = keyof typeof FILTERS;
export const FILTER_NAMES: readonly Filter[] = ['all', 'stuck', 'waiting', 'done'];

/** All that has not arrived. */
export const OPEN_STATES: readonly DeliveryState[] = [...FILTERS.stuck, ...FILTERS.waiting];
