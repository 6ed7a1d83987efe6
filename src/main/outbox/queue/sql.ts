import type Database from 'better-sqlite3';
import type { Connection } from '../../store/types.ts';

type Statement<Row> = Database.Statement<unknown[], Row>;

const PREPARED = new WeakMap<Connection, Map<string, Statement<unknown>>>();

/** The statement of this text, prepared once for each connection. `Row` is the shape of its columns. */
export function sql<Row>(db: Connection, text: string): Statement<Row> {
  let known = PREPARED.get(db);
  if (known === undefined) {
    known = new Map();
    PREPARED.set(db, known);
  }
  let statement = known.get(text);
  if (statement === undefined) {
    statement = db.prepare(text);
    known.set(text, statement);
  }
  // The edge to the database: STRICT tables and the query's text give the columns their types.
  return statement as Statement<Row>;
}
