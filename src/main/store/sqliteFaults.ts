import Database from 'better-sqlite3';
import { type Fault, fault } from '../../contracts/faults.ts';

/** @returns null when the error is no failure of the disk or the database, but a bug. */
export function sqliteFault(error: unknown): Fault | null {
  if (!(error instanceof Database.SqliteError)) {
    return null;
  }
  const { code } = error;
  const is = (...families: string[]): boolean =>
    families.some((family) => code === family || code.startsWith(`${family}_`));
  if (is('SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_PROTOCOL')) {
    return fault('STORE_BUSY');
  }
  if (is('SQLITE_FULL')) {
    return fault('STORE_DISK_FULL');
  }
  if (is('SQLITE_READONLY', 'SQLITE_PERM')) {
    return fault('STORE_READ_ONLY');
  }
  if (is('SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_IOERR_CORRUPTFS', 'SQLITE_IOERR_DATA')) {
    return fault('STORE_CORRUPT', { code });
  }
  return is('SQLITE_IOERR', 'SQLITE_CANTOPEN') ? fault('STORE_IO', { code }) : null;
}

/** A failure of the file system around the database. */
export function fileFault(error: unknown): Fault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return fault('STORE_DISK_FULL');
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return fault('STORE_READ_ONLY');
  }
  return fault('STORE_IO', { code });
}

/** Says where, to whoever can change it. */
export function faultIn(folder: string, said: Fault): Fault {
  return said.code === 'STORE_READ_ONLY' ? fault(said.code, { file: folder }) : said;
}
