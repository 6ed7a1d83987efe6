import type { Connection } from '../types.ts';
import type { Value } from './record.ts';
import type { Row } from './treePage.ts';

type Column = { readonly name: string; readonly type: string; readonly required: boolean };

/** A table of the new database, and how rows of the old one go into it. */
export type Table = {
  readonly name: string;
  /** Whether such a row could be of this table: as many values, each of its column's type. */
  readonly fits: (row: Row) => boolean;
  /** @returns whether it is there now. */
  readonly insert: (row: Row, whenThere: 'replace' | 'keep') => boolean;
};

export function tablesOf(db: Connection): Table[] {
  const list = db.pragma('table_list') as readonly {
    schema: string;
    name: string;
    type: string;
    wr: number;
  }[];
  return list
    .filter(({ schema, type }) => schema === 'main' && type === 'table')
    .filter(({ name }) => !name.startsWith('sqlite_'))
    .map(({ name, wr }) => openTable(db, name, wr === 1));
}

function openTable(db: Connection, name: string, isKeyed: boolean): Table {
  const info = db.pragma(`table_info("${name}")`) as readonly {
    name: string;
    type: string;
    notnull: number;
    pk: number;
  }[];
  const columns: Column[] = info.map((column) => ({
    name: column.name,
    type: column.type,
    required: column.notnull === 1,
  }));
  // A single key of type INTEGER is the rowid itself: the record has NULL in its place.
  const keys = info.filter(({ pk }) => pk > 0);
  const alias = keys.length === 1 && keys[0]?.type === 'INTEGER' && !isKeyed ? keys[0].name : null;
  const insert = (row: Row, conflict: string): number => {
    const values = row.values.map((value, i) => (columns[i]?.name === alias ? row.rowid : value));
    const named = columns.slice(0, values.length).map((column) => `"${column.name}"`);
    const withRowid = !isKeyed && alias === null && row.rowid !== null;
    const into = withRowid ? ['rowid', ...named] : named;
    const bound = withRowid ? [row.rowid, ...values] : values;
    const places = into.map(() => '?').join();
    const sql = `INSERT OR ${conflict} INTO "${name}" (${into.join()}) VALUES (${places})`;
    return db.prepare(sql).run(...bound).changes;
  };
  return {
    name,
    fits: (row) =>
      (row.rowid === null) === isKeyed &&
      row.values.length === columns.length &&
      row.values.every((value, i) => suits(value, columns[i], alias)),
    insert: (row, whenThere) => {
      try {
        return row.values.length <= columns.length
          ? insert(row, whenThere === 'replace' ? 'REPLACE' : 'IGNORE') === 1
          : false;
      } catch {
        // A row that breaks a rule of its table is not a row of it.
        return false;
      }
    },
  };
}

function suits(value: Value, column: Column | undefined, alias: string | null): boolean {
  if (column === undefined || value === null) {
    return column !== undefined && (!column.required || column.name === alias);
  }
  switch (column.type) {
    case 'TEXT':
      return typeof value === 'string';
    case 'BLOB':
      return Buffer.isBuffer(value);
    case 'INTEGER':
    case 'INT':
      return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
    case 'REAL':
      return typeof value === 'number';
    default:
      return true;
  }
}
