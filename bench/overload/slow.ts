/** V4: a thousand clients that take their time, of every kind. When the service is rid of them, and what the others notice. */
import { setTimeout as sleep } from 'node:timers/promises'
import { openPeers } from '../../fault/harness/process-figures.ts'
import { p99 } from '../paired-figures.ts'
import { type Group, SENT_AT } from './clients-order.ts'
import { type Setup, setUp, submitRequest } from './setup.ts'
import { SLOW_KINDS, startSlowClient } from './slow-clients.ts'

const HEALTHY = 20
const PAUSE_MS = 50
const LOOK_MS = 100
const PATH = '/healthy'

export interface SlowOptions {
  /** Of `SLOW_KINDS`. */
  kinds: readonly string[]
  /** Of all of them together. */
  clients: number
  /** How long the healthy clients are watched, before and beside the slow ones. */
  healthyMs: number
  /** How long a second of the server's limits is, milliseconds. */
  secondMs: number
  /** After so many of them whoever is still there stays. */
  patience: number
  preload?: readonly URL[]
}

export interface SlowReport {
  /** Of each kind: how many there were, and after how many seconds the last was gone; Infinity when one stayed. */
  kinds: { kind: string; clients: number; gone: number; goneAfter: number }[]
  /** p99 of submit → 202 of the healthy ones, milliseconds. */
  before: number
  beside: number
  /** Healthy submits that were not accepted. */
  turnedAway: number
}

export async function runSlow({ kinds: names, clients, healthyMs, secondMs, patience, preload = [] }: SlowOptions): Promise<SlowReport> {
  const setup = await setUp(preload)
  const port = Number(new URL(setup.service.url).port)
  const each = Math.ceil(clients / names.length)
  try {
    await healthyRound(setup, healthyMs)
    const before = await healthyRound(setup, healthyMs)
    const crowds = await Promise.all(names.map((kind) => startCrowd(kind, each, port, secondMs)))
    const [beside, ...gone] = await Promise.all([
      healthyRound(setup, healthyMs),
      ...crowds.map(({ ports, startedAt }) => untilGone(port, ports, startedAt, patience * secondMs)),
    ])
    for (const { end } of crowds) end()
    const kinds = names.map((kind, n) => ({
      kind,
      clients: each,
      gone: (gone[n] ?? Number.POSITIVE_INFINITY) / secondMs,
      goneAfter: SLOW_KINDS[kind]?.goneAfter ?? 0,
    }))
    return { kinds, before: before.p99, beside: beside.p99, turnedAway: before.turnedAway + beside.turnedAway }
  } finally {
    await setup.clear()
  }
}

async function startCrowd(name: string, count: number, port: number, secondMs: number) {
  const kind = SLOW_KINDS[name]
  if (!kind) throw new Error(`there is no kind ${name}`)
  const startedAt = performance.now()
  const sockets = await Promise.all(Array.from({ length: count }, () => startSlowClient(kind, port, secondMs)))
  const ports = new Set(sockets.map((socket) => socket.localPort ?? 0))
  const end = () => {
    for (const socket of sockets) socket.destroy()
  }
  return { ports, startedAt, end }
}

/** Milliseconds from `startedAt` until the service has let go of all of them; Infinity when that takes longer than `ms`. */
async function untilGone(port: number, ports: ReadonlySet<number>, startedAt: number, ms: number): Promise<number> {
  const passed = () => performance.now() - startedAt
  while (openPeers(port).some((peer) => ports.has(peer))) {
    if (passed() > ms) return Number.POSITIVE_INFINITY
    await sleep(LOOK_MS)
  }
  return passed()
}

async function healthyRound(setup: Setup, ms: number): Promise<{ p99: number; turnedAway: number }> {
  const job = { type: 'fault.noop', callback_url: setup.callbackUrl(0, PATH), metadata: { sent_at: SENT_AT } }
  const group: Group = { connections: HEALTHY, request: submitRequest(job), pauseMs: PAUSE_MS }
  const [report] = await setup.submit(ms, [group])
  if (!report) throw new Error('the clients said nothing')
  const { latencies, late, broken, refused } = report
  return { p99: p99(latencies, latencies.length), turnedAway: late + broken + Object.values(refused).reduce((a, b) => a + b, 0) }
}
