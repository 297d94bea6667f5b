/**
 * The end of a run: all faults off, the clock pushed far. Everything must come to its end without a restart, and nothing may be left
 * over.
 */
import { endOutdated, replaceStopped } from './end-process.ts'
import { outcomeOf } from './executor.ts'
import { isOpenDelivery, isOpenJob } from './known-jobs.ts'
import { CALLBACK_CONCURRENCY, JOB_CONCURRENCY } from './limits.ts'
import { observe } from './observe.ts'
import { openHits, openRuns } from './open-work.ts'
import { type Simulation, TENANTS } from './simulation.ts'
import type { JobSpec } from './steps.ts'
import { originOf, submit } from './submit.ts'
import { violated } from './violation.ts'

/** Everything must have ended so long after the last fault: the longest wait a receiver asks for, a breaker's pause, the schedule. */
const BOUND_MS = 10 * 60_000
const STRIDE_MS = 5_000
/** Records of one lane that may be held in memory. */
const HELD_PER_LANE = 64
const STOP_MS = 10_000
/** The steps use those before it, whose limits and breakers they have left behind. */
const FIRST_UNUSED_DESTINATION = 2

export async function bringToRest(simulation: Simulation): Promise<void> {
  const { disk, wakeUps, receivers, clock } = simulation
  endOutdated(simulation)
  disk.mode = 'through'
  simulation.smoothSince = clock.monotonic()
  wakeUps.mode = 'kept'
  receivers.modes.clear()
  clock.catchUp()
  await simulation.settle()
  observe(simulation, 'quiet')

  const deadline = clock.monotonic() + BOUND_MS
  while (!isAtRest(simulation)) {
    if (clock.monotonic() > deadline) violated('I2', stuck(simulation))
    simulation.process.executor.hurry = true
    for (const run of openRuns(simulation)) run.end(outcomeOf('ok', run))
    for (const hit of openHits(simulation)) hit.end('ok')
    await simulation.push(STRIDE_MS)
    if (replaceStopped(simulation)) await simulation.settle()
    observe(simulation, 'quiet')
  }
}

function isAtRest(simulation: Simulation): boolean {
  const { process, before, awaited } = simulation
  if (openRuns(simulation).length + openHits(simulation).length > 0) return false
  const open = [...before.jobs.values()].some(isOpenJob) || [...before.deliveries.values()].some(isOpenDelivery)
  return process.state === 'up' && !open && awaited.size === 0
}

function stuck({ before, process, awaited }: Simulation): string {
  const jobs = [...before.jobs.values()].filter(isOpenJob).map((row) => `${row.id} ${row.status} lease ${row.lease} due ${row.due_at}`)
  const deliveries = [...before.deliveries.values()]
    .filter(isOpenDelivery)
    .map((row) => `${row.id} ${row.status} lease ${row.lease} due ${row.due_at}`)
  const verbs = [...awaited].map(({ verb }) => `${verb} not answered`)
  return `still open in ${process.name} (${process.state}): ${[...jobs, ...deliveries, ...verbs].join('; ')}`
}

/** No slot, place in memory or timer has leaked: as much runs at a time as at the first moment. */
export async function checkNothingLeaked(simulation: Simulation): Promise<void> {
  const { process, receivers } = simulation
  const { runs, localQueues } = process.world
  for (const type of process.executor.types.keys()) {
    if (runs.runningOfType(type) !== 0) violated('slots', `${runs.runningOfType(type)} of ${type} count as running`)
  }
  if (runs.all().length > 0) violated('slots', `${runs.all().length} runs are listed`)
  const tenant = TENANTS[PROBE.tenant]
  process.executor.hurry = false
  for (let slot = 0; slot < JOB_CONCURRENCY; slot++) submit(simulation, { ...PROBE, tenant: tenantOfSlot(slot), behaviour: 'waits' })
  await simulation.settle()
  const running = openRuns(simulation)
  if (running.length !== JOB_CONCURRENCY) violated('slots', `${running.length} of ${JOB_CONCURRENCY} handlers run at a time`)
  for (const run of running) run.end(outcomeOf('ok', run))
  await simulation.settle()

  if (localQueues.job.enabled) {
    let places = 0
    while (places <= HELD_PER_LANE && localQueues.job.reserve(tenant, 1, simulation.clock.now())) places += 1
    for (let place = 0; place < places; place++) localQueues.job.unreserve(tenant, 1)
    if (places !== HELD_PER_LANE) violated('slots', `${places} places in memory are free`)
  }

  // Those that hang have answered once before: no tenant fills its slots with destinations that never did.
  for (const mode of ['ok', 'hang'] as const) {
    for (let slot = 0; slot < CALLBACK_CONCURRENCY; slot++) {
      const destination = FIRST_UNUSED_DESTINATION + slot
      const tenant = tenantOfSlot(slot)
      receivers.modes.set(originOf(TENANTS[tenant], destination), mode)
      submit(simulation, { ...PROBE, tenant, callback: { destination, events: 'all' } })
    }
    await simulation.settle()
  }
  const sending = openHits(simulation)
  if (sending.length !== CALLBACK_CONCURRENCY)
    violated('slots', `${sending.length} of ${CALLBACK_CONCURRENCY} callbacks are sent at a time`)
  for (const hit of sending) hit.end('ok')
  await simulation.settle()
  observe(simulation, 'quiet')
  if (!isAtRest(simulation)) violated('I2', stuck(simulation))
}

/** No tenant may hold all slots: they take turns. */
function tenantOfSlot(slot: number): JobSpec['tenant'] {
  return slot % 2 === 0 ? 0 : 1
}

const PROBE: JobSpec = {
  tenant: 0,
  type: 'plain',
  behaviour: 'quick',
  callback: null,
  key: null,
  delayMs: 0,
  priority: 0,
  maxAttempts: 1,
  timeoutMs: 60_000,
}

/** An orderly stop of a process at rest is immediate and leaves no timer. */
export async function checkStops(simulation: Simulation): Promise<void> {
  const { process } = simulation
  process.stop(STOP_MS)
  await simulation.settle()
  if (process.state !== 'down') violated('stop', `${process.name} did not stop although nothing is under way`)
  if (process.clock.pending() > 0) violated('stop', `${process.clock.pending()} timers are left`)
}
