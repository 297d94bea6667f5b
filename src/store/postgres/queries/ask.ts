/** Reads on a connection, by statements whose parameters have names. */
import type { Params } from '../../steps/step.ts'
import { BatchFailed } from '../connection/connect.ts'
import type { Pool } from '../connection/pool.ts'
import type { Command, Outcome } from '../connection/wire.ts'
import { type Statement, valuesOf } from '../statements/statement.ts'

/** Runs reads where one of the connections for reads is free. */
export interface Ask {
  /** Every row. */
  all<R>(statement: Statement, params?: Params): Promise<R[]>
  /** The first row; undefined where there is none. */
  one<R>(statement: Statement, params?: Params): Promise<R | undefined>
  /** Several statements in one round trip, each of which sees what was committed before it. */
  together(commands: readonly Command[]): Promise<Outcome[]>
}

/** The statement with its values. */
export function asked({ sql, name, names }: Statement, params: Params = {}): Command {
  return { sql, name, values: valuesOf(names, params) }
}

/** A read that was cut off is asked once more, of the next connection. */
export function askIn(pool: Pool): Ask {
  const attempt = (commands: readonly Command[]) =>
    pool.use(async (connection) => {
      try {
        return await connection.run(commands)
      } catch (error) {
        if (connection.alive()) throw error
        return null
      }
    })
  const together = async (commands: readonly Command[]) => {
    const outcomes = (await attempt(commands)) ?? (await pool.use((connection) => connection.run(commands)))
    return outcomes
  }
  const all = async <R>(statement: Statement, params?: Params) => {
    const [outcome] = await together([asked(statement, params)])
    return (outcome?.rows ?? []) as R[]
  }
  return { together, all, one: async <R>(statement: Statement, params?: Params) => (await all<R>(statement, params))[0] }
}

/** What stands behind an error of a read. */
export function causeOf(error: unknown): unknown {
  return error instanceof BatchFailed ? error.cause : error
}
