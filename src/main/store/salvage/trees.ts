import type { Pages } from './pages.ts';
import { type Row, readTreePage, type TreePage } from './treePage.ts';

/** Where the schema says that a table or an index begins. */
type Root = { readonly type: string; readonly table: string; readonly page: number };

export type Trees = {
  /** Rows that were reached from their table's root. */
  readonly reached: ReadonlyMap<string, readonly Row[]>;
  /** Tables of which a page could not be read. */
  readonly damaged: ReadonlySet<string>;
  /** Rows of whole pages to which no whole page leads; those of one page are of one table. */
  readonly strays: readonly (readonly Row[])[];
  /** Of the database's header; null when its page is damaged. */
  readonly version: number | null;
};

const SCHEMA = 'sqlite_schema';
const VERSION_AT = 60;

/** Reads every whole page of the database, by the trees as far as they lead, then one by one. */
export function readTrees(pages: Pages): Trees {
  const seen = new Set<number>();
  const reached = new Map<string, Row[]>();
  const damaged = new Set<string>();
  const read = (number: number): TreePage | null => {
    const page = pages.get(number);
    return page === null ? null : readTreePage(page, number, pages);
  };
  const walk = (number: number, visit: (page: TreePage | null) => void): void => {
    const waiting = [number];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (!seen.has(next)) {
        seen.add(next);
        const page = read(next);
        visit(page);
        waiting.push(...(page?.children ?? []));
      }
    }
  };

  const schema: Row[] = [];
  walk(1, (page) => schema.push(...(page?.rows ?? [])));
  for (const row of strayRows(pages, read, seen).flat()) {
    if (isSchemaRow(row)) {
      schema.push(row);
    }
  }
  for (const root of schema.flatMap(rootOf)) {
    // An index of a table is made anew; its pages are only seen, so that they stray nowhere.
    const isTable = root.type === 'table';
    walk(root.page, (page) => {
      const rows = reached.get(root.table) ?? [];
      reached.set(root.table, rows);
      if (isTable && (page === null || page.lostRows > 0)) {
        damaged.add(root.table);
      }
      if (isTable) {
        rows.push(...(page?.rows ?? []));
      }
    });
  }
  const first = pages.get(1);
  return {
    reached,
    damaged,
    strays: strayRows(pages, read, seen),
    version: first === null ? null : versionIn(first),
  };
}

function strayRows(
  pages: Pages,
  read: (number: number) => TreePage | null,
  seen: ReadonlySet<number>,
): Row[][] {
  const found: Row[][] = [];
  for (let number = 2; number <= pages.count; number += 1) {
    const rows = seen.has(number) ? [] : [...(read(number)?.rows ?? [])];
    if (rows.length > 0) {
      found.push(rows);
    }
  }
  return found;
}

/** type, name, tbl_name, rootpage, sql. */
function isSchemaRow({ values }: Row): boolean {
  const [type, name, table, page] = values;
  return (
    values.length === 5 &&
    (type === 'table' || type === 'index') &&
    typeof name === 'string' &&
    typeof table === 'string' &&
    typeof page === 'number'
  );
}

function rootOf(row: Row): Root[] {
  const [type, , table, page] = row.values;
  return isSchemaRow(row) && table !== SCHEMA
    ? [{ type: String(type), table: String(table), page: Number(page) }]
    : [];
}

function versionIn(page: Uint8Array): number {
  return new DataView(page.buffer, page.byteOffset, page.byteLength).getUint32(VERSION_AT);
}
