import type Database from 'better-sqlite3'

/**
 * Prepares each text once. For conditions that are put together of fixed texts of this code, so that there are few different
 * statements.
 */
export function preparedOnce(db: Database.Database): (sql: string) => Database.Statement {
  const prepared = new Map<string, Database.Statement>()
  return (sql) => {
    const statement = prepared.get(sql) ?? db.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
}
