import Database from 'better-sqlite3'
import { databasePath } from '../../../src/store/folder/data-folder.ts'

/** Deliveries as the database has them at the end. `gaps`: their attempts are not numbered 1, 2, 3 … or not as many as they count. */
export function readEnd(dataDir: string): { delivered: number; dead: number; open: number; gaps: number } {
  const database = new Database(databasePath(dataDir), { readonly: true })
  const count = (sql: string) => Number(database.prepare(sql).pluck().get())
  try {
    return {
      delivered: count("SELECT count(*) FROM deliveries WHERE status = 'delivered'"),
      dead: count("SELECT count(*) FROM deliveries WHERE status = 'dead'"),
      open: count("SELECT count(*) FROM deliveries WHERE status IN ('pending', 'sending')"),
      gaps: count(`
        SELECT count(*) FROM deliveries LEFT JOIN
          (SELECT delivery_id, count(*) AS kept, max(n) AS last, min(n) AS first FROM attempts GROUP BY delivery_id) ON delivery_id = id
        WHERE kept IS NOT attempts OR last IS NOT attempts OR first IS NOT 1`),
    }
  } finally {
    database.close()
  }
}
