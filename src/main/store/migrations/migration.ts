/**
 * One step of the schema. Append-only: what was released is never changed, its checksum is frozen by
 * a test.
 */
export type Migration = {
  /** 1, 2, 3 …: the database's `user_version` after it. */
  readonly version: number;
  readonly name: string;
  readonly sql: readonly string[];
};
