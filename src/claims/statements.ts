import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

export type Parameters = Readonly<Record<string, SQLInputValue>>;
export type Row = Readonly<Record<string, unknown>>;

/** The statements of one open database, each prepared once. */
export interface Statements {
  /** @returns how many rows it has changed */
  run(sql: string, parameters?: Parameters): number;
  all(sql: string, parameters?: Parameters): readonly Row[];
}

export function createStatements(db: DatabaseSync): Statements {
  const prepared = new Map<string, StatementSync>();

  function prepare(sql: string): StatementSync {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  }

  return {
    run: (sql, parameters = {}) => Number(prepare(sql).run({ ...parameters }).changes),
    all: (sql, parameters = {}) => prepare(sql).all({ ...parameters }),
  };
}
