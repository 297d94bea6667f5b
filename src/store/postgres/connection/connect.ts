/** One connection with the session that the store needs. */
import { Client, type ClientConfig, DatabaseError } from 'pg'
import { messageOf } from '../../../domain/describe-error.ts'
import { StoreUnavailable } from '../../../ports/store.ts'
import { CannotOpen } from '../../folder/cannot-open.ts'
import { assertServer, SERVER_SQL, type ServerFacts } from './server.ts'
import { type Purpose, sessionSql, transactionSettings } from './session.ts'
import { type Batch, type Command, createBatch, type Outcome } from './wire.ts'

const CONNECT_MS = 5_000
/** A server that is frozen or out of reach says nothing: after this the connection is given up. Longer than any statement may take. */
const SILENCE_MS = 35_000

/** How connections are made. */
export interface Reach {
  target: ClientConfig
  /** `DATABASE_UNSAFE`: a server that may lose what it has acknowledged is taken. */
  allowUnsafe: boolean
  /** False: nothing is kept on the connection, no statement and no setting, for poolers that give each transaction another one. */
  prepare: boolean
  /** A warning that the server sends, such as that a commit was not waited for. */
  onWarning(message: string): void
}

/** Statements that ended with an error. */
export class BatchFailed extends Error {
  /** Of those before the error. */
  readonly done: readonly Outcome[]
  constructor(cause: unknown, done: readonly Outcome[]) {
    super(messageOf(cause), { cause })
    this.name = 'BatchFailed'
    this.done = done
  }
}

/** A connection that is there until it is lost. */
export interface Connection {
  readonly facts: ServerFacts
  /** When its server was started, as the server tells it: another one after a restart. */
  readonly serverStart: string
  /** False: it is lost, and what was under way may have happened or not. */
  alive(): boolean
  /** Runs the statements in one round trip. Rejects with `BatchFailed`. */
  run(commands: readonly Command[]): Promise<Outcome[]>
  /** Lets the server go, in order. */
  end(): Promise<void>
}

/** What of the driver's own connection is used. */
interface Inner {
  on(event: 'parseComplete', hear: () => void): void
  /** `I`: no transaction is under way. */
  on(event: 'readyForQuery', hear: (message: { status: string }) => void): void
  stream: { destroy(error: Error): void }
}

/** Rejects with the driver's error, or `CannotOpen` for a server that does not fit. */
export async function connect({ target, allowUnsafe, prepare, onWarning }: Reach, purpose: Purpose): Promise<Connection> {
  const client = new Client({ ...target, application_name: `ringback ${purpose}`, keepAlive: true, connectionTimeoutMillis: CONNECT_MS })
  const prepared = new Set<string>()
  const settings = transactionSettings(purpose)
  let current: Batch | null = null
  let isAlive = true
  const lose = () => {
    isAlive = false
  }
  client.on('error', lose)
  client.on('end', lose)
  client.on('notice', ({ severity, message }) => {
    if (severity === 'WARNING') onWarning(message ?? '')
  })
  // Of the driver's inner connection: which names the server has taken is not told to a query.
  const { connection } = client as unknown as { connection: Inner }
  connection.on('parseComplete', () => current?.parseCompleted())
  let isInTransaction = false
  connection.on('readyForQuery', ({ status }) => {
    isInTransaction = status !== 'I'
  })

  async function run(commands: readonly Command[]): Promise<Outcome[]> {
    if (!isAlive) throw new BatchFailed(new StoreUnavailable('unreachable', 'the connection to PostgreSQL is lost'), [])
    // Of a transaction that begins here: behind its BEGIN, where it has one.
    const at = prepare || isInTransaction ? -1 : commands[0]?.sql === 'BEGIN' ? 1 : 0
    const sent = at < 0 ? commands : commands.toSpliced(at, 0, settings)
    const asked = (outcomes: readonly Outcome[]) => outcomes.filter((_, n) => n !== at)
    const batch = createBatch(prepare ? sent : sent.map((one) => ({ ...one, name: '' })), prepared)
    current = batch
    const silence = setTimeout(giveUp, SILENCE_MS)
    try {
      client.query(batch)
      return asked(await batch.finished)
    } catch (error) {
      // The server's last word: it closes the connection behind it.
      if (error instanceof DatabaseError && error.severity === 'FATAL') lose()
      throw new BatchFailed(error, asked(batch.done))
    } finally {
      clearTimeout(silence)
    }
  }

  function giveUp(): void {
    lose()
    connection.stream.destroy(new Error('PostgreSQL is silent: the connection is given up'))
  }

  try {
    await client.connect()
    const { processID } = client as unknown as { processID: number }
    if (prepare) await client.query(sessionSql(purpose))
    const [found] = await run([{ sql: SERVER_SQL, name: '', values: [] }])
    const server = found?.rows[0] ?? {}
    // A pooler gives numbers of its own.
    if (prepare && server.backend !== processID) {
      throw new CannotOpen(
        'PostgreSQL is reached through a pooler, which may give each transaction another session: set DATABASE_PREPARE=0',
      )
    }
    const facts = assertServer(server, allowUnsafe)
    return { facts, serverStart: String(server.started), alive: () => isAlive, run, end: () => client.end() }
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}
