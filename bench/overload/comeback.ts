/** W5: every destination fails for long, with deliveries waiting for each; then all of them are well again. */
import { setTimeout as sleep } from 'node:timers/promises'
import { eachOf } from '../../fault/harness/each-of.ts'
import { type Partners, startPartners } from './partners.ts'
import { setUp } from './setup.ts'

const CLIENTS = 8
const LOOK_MS = 50

export interface ComebackOptions {
  destinations: number
  /** Deliveries that wait for each. */
  waiting: number
  /** CALLBACK_RETRY_SCHEDULE. */
  schedule: string
  /** So long all of them fail, from the last submit on. */
  outageMs: number
  /** What has not arrived by then after the return never will. */
  drainMs: number
  preload?: readonly URL[]
}

export interface ComebackReport {
  /** Tries that failed. */
  failed: number
  waiting: number
  /** Of them, what had arrived in time after the return. */
  arrived: number
  /** From the return to the last callback, milliseconds. */
  drainedMs: number
  /** See `Partners`. */
  firstWave: number
  pace: { peak: number; mean: number }
}

export async function runComeback(options: ComebackOptions): Promise<ComebackReport> {
  const { destinations, waiting, schedule, outageMs, drainMs, preload = [] } = options
  const setup = await setUp(preload, { CALLBACK_RETRY_SCHEDULE: schedule })
  const partners = await startPartners(destinations)
  try {
    const urls = Array.from({ length: waiting }, () => partners.urls).flat()
    await eachOf(urls, CLIENTS, async (url) => {
      const answer = await setup.service.api.submit({ type: 'fault.noop', callback_url: url })
      if (answer.status !== 202) throw new Error(`a submit was refused: ${answer.status}`)
    })
    await sleep(outageMs)
    const { failed } = partners
    partners.comeBack()
    const returnedAt = performance.now()
    await untilAccepted(partners, urls.length, drainMs)
    return {
      failed,
      waiting: urls.length,
      arrived: partners.accepted,
      drainedMs: performance.now() - returnedAt,
      firstWave: partners.firstWave(),
      pace: partners.pace(),
    }
  } finally {
    partners.close()
    await setup.clear()
  }
}

async function untilAccepted(partners: Partners, count: number, ms: number): Promise<void> {
  const giveUpAt = performance.now() + ms
  while (partners.accepted < count && performance.now() < giveUpAt) await sleep(LOOK_MS)
}
