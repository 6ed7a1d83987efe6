import { z } from 'zod';
import type { Connection, Salvage } from '../types.ts';

const SALVAGE = 'salvage';
const ROLLED_BACK = 'rolledBack';
const ReportSchema = z.object({
  at: z.string(),
  rowsSaved: z.number(),
  tablesDamaged: z.array(z.string()),
  quarantine: z.string(),
});

/**
 * What a person must hear stays in the database until somebody was surely told: a program that ends
 * between a salvage and its message says it at its next start.
 */
export function keepReport(db: Connection, salvage: Salvage): void {
  keep(db, SALVAGE, JSON.stringify(salvage));
}

export function readReport(db: Connection): Salvage | null {
  const text = read(db, SALVAGE);
  return text === null ? null : ReportSchema.parse(JSON.parse(text));
}

/** The database was found to be older than it was once. */
export function keepRolledBack(db: Connection): void {
  keep(db, ROLLED_BACK, 'yes');
}

export function wasRolledBack(db: Connection): boolean {
  return read(db, ROLLED_BACK) !== null;
}

export function forgetReports(db: Connection): void {
  db.prepare('DELETE FROM meta WHERE key IN (?, ?)').run(SALVAGE, ROLLED_BACK);
}

function keep(db: Connection, key: string, value: string): void {
  db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(
    key,
    value,
  );
}

function read(db: Connection, key: string): string | null {
  const text = db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key);
  return typeof text === 'string' ? text : null;
}
