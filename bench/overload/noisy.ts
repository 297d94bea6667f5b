/** W2: one tenant floods the service while others submit now and then. What the others notice of it. */
import type { TenantLimits } from '../../src/domain/tenant.ts'
import { p99 } from '../paired-figures.ts'
import { type Group, type GroupReport, SENT_AT } from './clients-order.ts'
import { setUp, submitRequest } from './setup.ts'

const NOISY_CONNECTIONS = 320
/** Of each quiet tenant, milliseconds. */
const PAUSE_MS = 1_000
/** Of the noisy tenant: 16 slots do 320 of them a second, so that a backlog is certain. */
const SLOW_WORK = { type: 'fault.nap', payload: { ms: 50 } }
const GRACE_MS = 2_000
const PATH = '/quiet'

export interface NoisyOptions {
  /** Tenants that submit once a second each. */
  quiet: number
  ms: number
  /** Before it counts: of the quiet ones alone, and with the flood. */
  warmUpMs: number
  /** The limits of the tenant that floods; null: there is none. */
  noisy: TenantLimits | null
  preload?: readonly URL[]
}

/** Times in milliseconds. */
export interface NoisyReport {
  /** Of all quiet tenants: submit → 202, and submit → callback. */
  acceptedP99: number
  callbackP99: number
  /** Quiet submits that were not accepted in time. */
  turnedAway: number
  /** Jobs of all quiet tenants together that were accepted, in time or late. */
  accepted: number
  noisy: GroupReport | null
}

/** One round on a fresh service, so that no backlog of another round is in it. */
export async function runNoisy({ quiet, ms, warmUpMs, noisy, preload = [] }: NoisyOptions): Promise<NoisyReport> {
  const setup = await setUp(preload)
  try {
    const job = (n: number, path: string) => ({
      type: 'fault.noop',
      payload: { n },
      callback_url: setup.callbackUrl(n, path),
      metadata: { sent_at: SENT_AT },
    })
    const quietGroup = async (n: number): Promise<Group> => ({
      connections: 1,
      request: submitRequest(job(n, PATH), await setup.tenant(`quiet-${n}`)),
      pauseMs: PAUSE_MS,
    })
    const quietOnes = await Promise.all(Array.from({ length: quiet }, (_, n) => quietGroup(n)))
    const request = noisy && submitRequest({ ...job(0, '/noisy'), ...SLOW_WORK }, await setup.tenant('noisy', noisy))
    const play = (time: number) =>
      Promise.all([
        setup.submit(time, quietOnes),
        request ? setup.crowd(time, { connections: NOISY_CONNECTIONS, request, pauseMs: 0 }) : null,
      ])
    await setup.submit(warmUpMs, quietOnes)
    // The flood is on before it counts, and what the warm-up left is gone.
    if (noisy) await play(warmUpMs)
    await setup.callbacks(PATH)
    const [reports, flood] = await play(ms)
    const accepted = reports.reduce((sum, one) => sum + one.ids.length, 0)
    const callbacks = await setup.callbacks(PATH, accepted, GRACE_MS)
    const latencies = reports.flatMap((one) => one.latencies)
    return {
      acceptedP99: p99(latencies, latencies.length),
      callbackP99: p99(callbacks, accepted),
      turnedAway: reports.reduce((sum, one) => sum + one.late + one.broken + Object.values(one.refused).reduce((a, b) => a + b, 0), 0),
      accepted,
      noisy: flood,
    }
  } finally {
    await setup.clear()
  }
}
