/** What clients see of an orderly stop: answers that are held, and a connection kept for the next request. */
import { connect } from 'node:net'
import { createApi } from '../../../test/support/api.ts'
import { figuresOf } from '../../../test/support/figures.ts'
import { ADMIN_KEY, type Service } from '../../../test/support/service.ts'
import { machineTime } from '../../harness/history.ts'

const HELD_ANSWERS = 4

export interface Seen {
  /** Long polls held when the signal came, and how many of them were answered. */
  held: number
  answered: number
  /** How the idle connection ended; `at` on the history's clock. */
  idle: { at: number; error: string | null }
}

/** Holds answers and a connection. The answer settles when the service has let go of all of them. */
export async function keepWatch({ url, api }: Service): Promise<() => Promise<Seen>> {
  const idle = await idleConnection(url)
  const { id } = (await api.submit({ type: 'fault.noop' }, { prefer: 'wait=10' })).json
  const { headers } = await api.job(id)
  const watcher = createApi(url, ADMIN_KEY, HELD_ANSWERS)
  // Nothing will ever change about a job that has ended, so only the stop can answer.
  const polls = Array.from({ length: HELD_ANSWERS }, () =>
    watcher.call('GET', `/v1/jobs/${id}?wait=60`, { headers: { 'if-none-match': headers.etag ?? '' } }).then(
      ({ status }) => status === 304,
      () => false,
    ),
  )
  while (((await heldAnswers(api)) ?? 0) < HELD_ANSWERS);

  return async () => {
    const answers = await Promise.all(polls)
    await watcher.close()
    return { held: HELD_ANSWERS, answered: answers.filter(Boolean).length, idle: await idle.closed }
  }
}

async function heldAnswers(api: Service['api']): Promise<number | undefined> {
  return figuresOf((await api.call('GET', '/metrics')).text).get('ringback_waiters')
}

/** A connection on which one request has been answered and the next has not come. */
async function idleConnection(url: string): Promise<{ closed: Promise<Seen['idle']> }> {
  const { host, hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const answered = Promise.withResolvers<void>()
  let error: string | null = null
  socket.on('error', (cause) => {
    error = cause.message
  })
  const closed = new Promise<Seen['idle']>((resolve) => {
    socket.once('close', () => {
      answered.reject(new Error(`the connection was closed before its first answer (${error ?? 'in order'})`))
      resolve({ at: machineTime(), error })
    })
  })
  socket.once('data', () => answered.resolve())
  socket.write(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  await answered.promise
  return { closed }
}
