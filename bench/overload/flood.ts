/** W1: many times more clients than the service is quickest with. What is accepted, refused, delivered, and found again after a kill. */

import { eachOf } from '../../fault/harness/each-of.ts'
import { createApi } from '../../test/support/api.ts'
import { ADMIN_KEY } from '../../test/support/service.ts'
import { p99 } from '../paired-figures.ts'
import type { GroupReport } from './clients-order.ts'
import { type Setup, setUp, submitRequest } from './setup.ts'

/** With so many at a time it accepts the most here. */
export const BEST = 64
const DESTINATIONS = 8
const READERS = 64
const PATH = '/flood'

export interface FloodOptions {
  rounds: number
  roundMs: number
  /** Connections of each kind of flood. */
  floods: readonly number[]
  preload?: readonly URL[]
}

/** One round of so many connections. Rates a second, times in milliseconds. */
export interface FloodRound {
  connections: number
  accepted: number
  callbacks: number
  /** From a job's end to its callback. */
  callbackP99: number
  clients: GroupReport[]
}

export interface FloodReport {
  /** Of each: the best number of connections first, then the floods. */
  rounds: FloodRound[][]
  acknowledged: number
  /** Acknowledged, and not found after the kill at the end of the last flood. */
  lost: number
}

/** Rounds of each kind in turn on one service; at the end of the last it is killed, started again and asked for every job. */
export async function runFlood({ rounds: count, roundMs, floods, preload = [] }: FloodOptions): Promise<FloodReport> {
  const setup = await setUp(preload)
  try {
    await playRound(setup, BEST, roundMs)
    const rounds: FloodRound[][] = []
    while (rounds.length < count) {
      const round: FloodRound[] = []
      for (const connections of [BEST, ...floods]) round.push(await playRound(setup, connections, roundMs))
      rounds.push(round)
    }
    const ids = rounds.flat().flatMap(({ clients }) => clients.flatMap((one) => one.ids))
    await setup.restart()
    return { rounds, acknowledged: ids.length, lost: await countLost(setup.service.url, ids) }
  } finally {
    await setup.clear()
  }
}

async function playRound(setup: Setup, connections: number, ms: number): Promise<FloodRound> {
  const groups = Array.from({ length: DESTINATIONS }, (_, n) => ({
    connections: connections / DESTINATIONS,
    request: submitRequest({ type: 'fault.noop', payload: { n }, callback_url: setup.callbackUrl(n, PATH) }),
    pauseMs: 0,
  }))
  await setup.callbacks(PATH)
  const startedAt = performance.now()
  const clients = await setup.submit(ms, groups)
  const latencies = await setup.callbacks(PATH)
  const seconds = (performance.now() - startedAt) / 1000
  const accepted = clients.reduce((sum, one) => sum + one.accepted, 0)
  return {
    connections,
    accepted: accepted / seconds,
    callbacks: latencies.length / seconds,
    callbackP99: p99(latencies, latencies.length),
    clients,
  }
}

async function countLost(url: string, ids: readonly string[]): Promise<number> {
  const api = createApi(url, ADMIN_KEY, READERS)
  let lost = 0
  await eachOf(ids, READERS, async (id) => {
    if ((await api.job(id)).status !== 200) lost += 1
  })
  await api.close()
  return lost
}
