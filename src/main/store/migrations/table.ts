import { base } from './0001-base.ts';
import { outbox } from './0002-outbox.ts';
import type { Migration } from './migration.ts';

/** In the order of their versions. */
export const MIGRATIONS: readonly Migration[] = [base, outbox];
