/** One connection with the session that the store needs. */
import { Client, type ClientConfig, DatabaseError } from 'pg'
import { messageOf } from '../../../domain/describe-error.ts'
import { StoreUnavailable } from '../../../ports/store.ts'
import { assertServer, SERVER_SQL, type ServerFacts } from './server.ts'
import { type Batch, type Command, createBatch, type Outcome, type Row } from './wire.ts'

const CONNECT_MS = 5_000
/** A server that is frozen or out of reach says nothing: after this the connection is given up. Longer than any statement may take. */
const SILENCE_MS = 35_000

/** What a connection is for: what it may wait for is set accordingly. */
export type Purpose = 'write' | 'claim' | 'read'

const WRITES = `SET statement_timeout = '10s'; SET lock_timeout = '2s'; SET idle_in_transaction_session_timeout = '10s'`
const SESSIONS: Readonly<Record<Purpose, string>> = {
  write: WRITES,
  // A fresh table without statistics would be read whole, and an index as a bitmap be sorted.
  claim: `${WRITES}; SET enable_seqscan = off; SET enable_bitmapscan = off`,
  read: `SET statement_timeout = '30s'; SET lock_timeout = '2s'; SET enable_bitmapscan = off`,
}

/** How connections are made. */
export interface Reach {
  target: ClientConfig
  /** `DATABASE_UNSAFE`: a server that may lose what it has acknowledged is taken. */
  allowUnsafe: boolean
  /** False: no statement is kept prepared, for poolers that cannot. */
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
  stream: { destroy(error: Error): void }
}

/** Rejects with the driver's error, or `CannotOpen` for a server that does not fit. */
export async function connect({ target, allowUnsafe, prepare, onWarning }: Reach, purpose: Purpose): Promise<Connection> {
  const client = new Client({ ...target, application_name: `ringback ${purpose}`, keepAlive: true, connectionTimeoutMillis: CONNECT_MS })
  const prepared = new Set<string>()
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

  async function run(commands: readonly Command[]): Promise<Outcome[]> {
    if (!isAlive) throw new BatchFailed(new StoreUnavailable('unreachable', 'the connection to PostgreSQL is lost'), [])
    const batch = createBatch(prepare ? commands : commands.map((one) => ({ ...one, name: '' })), prepared)
    current = batch
    const silence = setTimeout(giveUp, SILENCE_MS)
    try {
      client.query(batch)
      return await batch.finished
    } catch (error) {
      // The server's last word: it closes the connection behind it.
      if (error instanceof DatabaseError && error.severity === 'FATAL') lose()
      throw new BatchFailed(error, batch.done)
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
    await client.query(SESSIONS[purpose])
    await client.query(`SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`)
    const { rows } = await client.query<Row>(SERVER_SQL)
    const [server = {}] = rows
    const facts = assertServer(server, allowUnsafe)
    return { facts, serverStart: String(server.started), alive: () => isAlive, run, end: () => client.end() }
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}
