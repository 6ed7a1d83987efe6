import Database from 'better-sqlite3';

/**
 * Opens an encrypted database in memory with the binary that this runtime will use.
 * @returns SQLite's version, or null when the binary does not load here.
 */
export function sqliteVersion(nativeBinding: string | null): string | null {
  try {
    const database = new Database(':memory:', nativeBinding === null ? {} : { nativeBinding });
    try {
      return String(database.prepare('SELECT sqlite_version()').pluck().get());
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}
