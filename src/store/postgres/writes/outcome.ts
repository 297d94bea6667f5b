/** What became of a transaction whose COMMIT was under way when its connection was lost, asked on another one. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '../connection/connect.ts'
import { failureKind } from '../connection/failures.ts'
import { asked, causeOf } from '../queries/ask.ts'
import { statement } from '../statements/statement.ts'
import type { CommitLost } from './transaction.ts'

/** A transaction that goes on, because its backend has not heard of the loss, is asked for so often and after so long, milliseconds. */
const IN_PROGRESS = { looks: 100, pauseMs: 20 }

const STATUS = statement('SELECT pg_xact_status(@number::xid8) AS status')

/** `undone`: it was not written and never will be. `unknown`: nobody can tell. */
export type Fate = 'written' | 'undone' | 'unknown'

/**
 * The fate of a transaction whose number is known. After a crash the server may give a number again that it had not yet written down: then
 * only a trace of the transaction tells that it was committed. Rejects when this connection is lost too.
 */
export async function fateOf(connection: Connection, { number, trace, serverStart }: CommitLost): Promise<Fate> {
  const status = await statusOf(connection, number ?? '')
  if (status === 'aborted') return 'undone'
  if (status !== 'committed') return 'unknown'
  if (trace !== null) return (await isWritten(connection, trace)) ? 'written' : 'undone'
  return connection.serverStart === serverStart ? 'written' : 'unknown'
}

/** Whether the record that a trace asks for is there. */
export async function isWritten({ run }: Connection, trace: NonNullable<CommitLost['trace']>): Promise<boolean> {
  const [found] = await run([trace])
  return (found?.rows.length ?? 0) > 0
}

/** As the server says it once it is over; null when it has forgotten. */
async function statusOf(connection: Connection, number: string): Promise<unknown> {
  for (let looks = 1; ; looks++) {
    try {
      const [found] = await connection.run([asked(STATUS, { number })])
      const status = found?.rows[0]?.status ?? null
      if (status !== 'in progress' || looks === IN_PROGRESS.looks) return status
    } catch (error) {
      // The number lies in the future of a server that has crashed before it wrote it down.
      if (connection.alive() && failureKind(causeOf(error)) === 'statement') return 'aborted'
      throw error
    }
    await sleep(IN_PROGRESS.pauseMs)
  }
}
