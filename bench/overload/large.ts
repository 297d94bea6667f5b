/**
 * W3: bodies and results of the largest size there can be, as many at a time as there are connections; one tenant never reads
 * what it asked for. What the service needs in memory.
 */
import { connect, type Socket } from 'node:net'
import { memoryOf } from '../../fault/harness/process-figures.ts'
import { createApi } from '../../test/support/api.ts'
import { ADMIN_KEY, type Service } from '../../test/support/service.ts'
import type { GroupReport } from './clients-order.ts'
import { setUp, submitRequest } from './setup.ts'

const MEBIBYTE = 1024 ** 2
const MAX_BODY = MEBIBYTE
const MAX_RESULT = 16 * MEBIBYTE
/** What a request has besides its payload, and more. */
const ENVELOPE = 300
/** As many as run at a time. */
const RESULTS = 16

export interface LargeOptions {
  /** That submit the largest bodies, one after the other. */
  connections: number
  /** That ask for the largest results: so many read on and on, and so many never read. */
  readers: number
  ms: number
  preload?: readonly URL[]
}

export interface LargeReport {
  clients: GroupReport
  /** Largest results read to their end. */
  read: number
  /** Resident memory of the service, bytes: before, and at most. */
  before: number
  peak: number
}

export async function runLarge({ connections, readers, ms, preload = [] }: LargeOptions): Promise<LargeReport> {
  const setup = await setUp(preload)
  const deaf: Socket[] = []
  try {
    const { service } = setup
    const before = memoryOf(service.pid).now
    const deafKey = await setup.tenant('deaf')
    const ids = await Promise.all(Array.from({ length: RESULTS }, (_, n) => submitBulky(service, n < RESULTS / 2 ? ADMIN_KEY : deafKey)))
    for (const id of ids) await service.api.jobUntil(id, (job) => job.status === 'completed')
    const path = (n: number) => `/v1/jobs/${ids[n % (RESULTS / 2)]}/result`
    const deafPath = `/v1/jobs/${ids.at(-1)}/result`
    for (let n = 0; n < readers; n++) deaf.push(neverRead(service, deafPath, deafKey))

    const body = { type: 'fault.noop', payload: 'x'.repeat(MAX_BODY - ENVELOPE) }
    const [clients, read] = await Promise.all([
      setup.submit(ms, [{ connections, request: submitRequest(body), pauseMs: 0 }]),
      readOnAndOn(service, readers, ms, path),
    ])
    const [report] = clients
    if (!report) throw new Error('the clients said nothing')
    return { clients: report, read, before, peak: memoryOf(service.pid).peak }
  } finally {
    for (const socket of deaf) socket.destroy()
    await setup.clear()
  }
}

async function submitBulky({ api }: Service, key: string): Promise<string> {
  return (await api.submit({ type: 'fault.bulky', payload: { bytes: MAX_RESULT } }, { authorization: `Bearer ${key}` })).json.id
}

/** Asks, and leaves the answer where it is. */
function neverRead({ url }: Service, path: string, key: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(`GET ${path} HTTP/1.1\r\nhost: clients\r\nauthorization: Bearer ${key}\r\n\r\n`)
  return socket
}

async function readOnAndOn({ url }: Service, readers: number, ms: number, path: (n: number) => string): Promise<number> {
  const api = createApi(url, ADMIN_KEY, readers)
  const endsAt = performance.now() + ms
  let read = 0
  const reader = async (_: unknown, n: number) => {
    while (performance.now() < endsAt) {
      const answer = await api.call('GET', path(n)).catch(() => null)
      if (answer?.text.length === MAX_RESULT) read += 1
    }
  }
  await Promise.all(Array.from({ length: readers }, reader))
  await api.close()
  return read
}
