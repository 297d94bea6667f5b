/** One run of the model: a database, a disk in front of it, one process after another, and all that was seen of them. */
import type { IdKind } from '../../src/ports/runtime.ts'
import type { Store } from '../../src/ports/store.ts'
import { createModelClock, type ModelClock, processClock } from './clock.ts'
import type { ModelDatabase, Snapshot } from './database.ts'
import { createDisk, type Disk } from './disk.ts'
import { modelWorkshop } from './executor.ts'
import { type HandlerRun, type History, newHistory } from './history.ts'
import { SECOND_TENANT_RUNS } from './limits.ts'
import { type ModelProcess, startProcess } from './process.ts'
import { createReceivers, type Receivers } from './receivers.ts'
import type { Sabotage } from './sabotage.ts'
import type { Case } from './steps.ts'
import type { Tally } from './tally.ts'
import { createUnrecorded } from './unrecorded.ts'
import { Violation, violated } from './violation.ts'
import type { WakeUps } from './wake-ups.ts'
import { watchLeases } from './watch-leases.ts'

export const TENANTS = ['tnt_default', 'tnt_second'] as const
const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`
/** Rounds of apply and answer without time passing; beyond it the lifecycle runs in a circle. */
const MOST_ROUNDS = 3_000

export interface Simulation {
  clock: ModelClock
  database: ModelDatabase
  disk: Disk
  history: History
  receivers: Receivers
  wakeUps: WakeUps
  tally: Tally
  /** The process that holds the folder's lock. */
  process: ModelProcess
  /** The one before it, if it goes on without the lock. */
  outdated: ModelProcess | null
  /** By the monotonic clock: since then the disk takes everything and no process has died. */
  smoothSince: number
  /** What was stored at the end of the last step. */
  before: Snapshot
  /** The jobs whose handlers ran then, told by their processes or not. */
  runningBefore: Set<string>
  /** Handlers that began since then. */
  started: HandlerRun[]
  /** Answers to clients that are still to come, of the present process. */
  awaited: Set<{ verb: string }>
  /** Every promise found broken where no caller would hear of it. */
  troubles: string[]
  /** Starts the next process over the same disk. */
  restart(): void
  /** Lets everything go on that can without time passing. */
  settle(): Promise<void>
  push(ms: number): Promise<void>
}

export async function createSimulation(
  shape: Case['shape'],
  database: ModelDatabase,
  tally: Tally,
  sabotage: Sabotage,
): Promise<Simulation> {
  database.reset()
  const clock = createModelClock()
  const history = newHistory()
  const wakeUps: WakeUps = { mode: 'kept' }
  const troubles: string[] = []
  const trouble = (what: string) => void troubles.push(what)
  await insertTenants(database.store, clock.now())

  const store = sabotage.disk(database)
  const unrecorded = createUnrecorded(clock)
  const watched = (owner: string) => watchLeases(store, database, owner, () => owner === simulation.outdated?.name, trouble)
  const disk = createDisk(watched, tally, unrecorded)
  const receivers = createReceivers(clock, database, history, SECRET)
  let ids = 0
  let processes = 0

  function start(): ModelProcess {
    const name = `w${++processes}`
    const timers = processClock(clock)
    return startProcess({
      name,
      store: sabotage.process(disk.connect(name)),
      clock: timers,
      executor: modelWorkshop(name, timers, history, (run) => {
        unrecorded.check(name, `a run of ${run.jobId}`)
        simulation.started.push(run)
      }),
      sender: receivers.sender(name, timers, (eventId) => unrecorded.check(name, `a try of ${eventId}`)),
      ids: { next: (kind: IdKind) => `${kind}_${(++ids).toString(16).padStart(32, '0')}` },
      wakeUps,
      localQueues: shape === 'embedded',
      spoil: sabotage.world,
      tally,
      trouble,
    })
  }

  const simulation: Simulation = {
    clock,
    database,
    disk,
    history,
    receivers,
    wakeUps,
    tally,
    process: start(),
    outdated: null,
    smoothSince: 0,
    before: database.snapshot(),
    runningBefore: new Set(),
    started: [],
    awaited: new Set(),
    troubles,
    restart() {
      simulation.awaited.clear()
      simulation.process = start()
    },
    async settle() {
      for (let round = 0; ; round++) {
        await new Promise<void>((resolve) => setImmediate(resolve))
        if (troubles[0] !== undefined) throw new Violation(troubles[0])
        if (!disk.pump()) return
        if (round > MOST_ROUNDS) violated('livelock', 'the store is asked without end while no time passes')
      }
    },
    push: (ms) => clock.push(ms, simulation.settle),
  }
  await simulation.settle()
  return simulation
}

async function insertTenants(store: Store, now: number): Promise<void> {
  const [, second] = TENANTS
  await store.commit([
    {
      write: 'insertTenant',
      tenant: { id: second, name: 'second', limits: { running_jobs: SECOND_TENANT_RUNS }, createdAt: now, version: 1 },
    },
  ])
  for (const tenantId of TENANTS) {
    const secret = { id: `key_${tenantId}`, tenantId, endpointId: null, secret: SECRET, createdAt: now, expiresAt: null }
    await store.commit([{ write: 'insertSigningSecret', secret }])
  }
}
