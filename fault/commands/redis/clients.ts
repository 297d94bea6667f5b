import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '../../../test/support/service.ts'
import type { Entry } from '../../harness/history.ts'
import { submitAll, submitUntilAnswered } from '../../harness/load.ts'
import type { Rng } from '../../harness/rng.ts'

const CLIENTS = 8
const PAUSE_MS = 300

export interface ClientsOptions {
  api: Service
  nextJob: () => object
  note: (entry: Entry) => void
  rng: Rng
}

export interface Submit {
  jobId: string
  /** From its first request to its 202, milliseconds. */
  ms: number
}

/** Clients that submit all the time but for their pauses; at first they pause. */
export interface Clients {
  /** Every submit acknowledged so far. */
  readonly submits: readonly Submit[]
  resume(): void
  /** Settles when no submit is under way. */
  pause(): Promise<void>
  /** All of these at once, pause or not; settles when they are acknowledged. */
  submit(jobs: readonly object[]): Promise<void>
  /** Settles when all have gone home; rejects when one was refused for good. */
  end(): Promise<void>
}

export function startClients({ api, nextJob, note, rng }: ClientsOptions): Clients {
  const submits: Submit[] = []
  const firstSent = new Map<string, number>()
  const underWay = new Set<string>()
  let gate = Promise.withResolvers<Service | null>()
  let paused = true
  let ended = false
  let bursts = 0

  const watched = (entry: Entry) => {
    note(entry)
    if (entry.kind === 'request') {
      underWay.add(entry.request)
      if (!firstSent.has(entry.request)) firstSent.set(entry.request, entry.at)
    } else if (entry.kind === 'refused') underWay.delete(entry.request)
    else if (entry.kind === 'ack') {
      underWay.delete(entry.request)
      submits.push({ jobId: entry.jobId, ms: entry.at - (firstSent.get(entry.request) ?? entry.at) })
    }
  }
  const load = submitAll({
    service: () => gate.promise,
    next: () => (ended ? null : nextJob()),
    note: watched,
    clients: CLIENTS,
    pauseMs: PAUSE_MS,
    rng,
  })
  // A failure of the load is met at its end.
  load.catch(() => {})

  return {
    submits,
    resume() {
      paused = false
      gate.resolve(api)
    },
    async pause() {
      if (!paused) gate = Promise.withResolvers()
      paused = true
      do await sleep(5)
      while (underWay.size > 0)
    },
    async submit(jobs) {
      bursts += 1
      const name = (n: number) => `burst-${bursts}-${n}`
      await Promise.all(jobs.map((job, n) => submitUntilAnswered(job, name(n), { service: async () => api, note: watched })))
    },
    async end() {
      ended = true
      gate.resolve(null)
      await load
    },
  }
}
