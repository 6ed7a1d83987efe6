import Database from 'better-sqlite3';

/**
 * Holds the store for one process. The lock is SQLite's own on an empty database beside the store: the
 * system takes it back when the process ends, however it ends.
 *
 * @throws SqliteError with SQLITE_BUSY while another holds it.
 */
export function lockStore(file: string, nativeBinding: string | null): () => void {
  const db = new Database(file, {
    timeout: 0,
    ...(nativeBinding === null ? {} : { nativeBinding }),
  });
  try {
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw error;
  }
  return () => {
    db.close();
  };
}
