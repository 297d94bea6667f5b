/** Makes a step happen. What it sets going is not waited for: the answer comes whenever it can, or never. */

import { discardDelivery } from '../../src/lifecycle/deliveries/discard-delivery.ts'
import { replayDelivery } from '../../src/lifecycle/deliveries/replay-delivery.ts'
import { cancelJob } from '../../src/lifecycle/jobs/cancel-job.ts'
import { crash, stop } from './end-process.ts'
import { outcomeOf } from './executor.ts'
import { expectAnswer } from './expect-answer.ts'
import { isOpenDelivery, isOpenJob } from './known-jobs.ts'
import { openHits, openRuns } from './open-work.ts'
import { type Simulation, TENANTS } from './simulation.ts'
import type { ClientStep, Step, WorkStep } from './steps.ts'
import { originOf, submit } from './submit.ts'
import { violated } from './violation.ts'

/** A jump that would bring the wall clock further than this from the true time is not made: tombstones live a day. */
const FURTHEST_JUMP_MS = 8 * 3_600_000

export async function perform(simulation: Simulation, step: Step): Promise<void> {
  const { disk, clock, receivers, tally, wakeUps } = simulation
  switch (step.step) {
    case 'race':
      tally.count('races')
      begin(simulation, step.first)
      for (let turn = 0; turn < step.gap; turn++) await null
      begin(simulation, step.second)
      break
    case 'receiver':
      for (const tenant of TENANTS) receivers.modes.set(originOf(tenant, step.destination), step.mode)
      break
    case 'push':
      await simulation.push(step.ms)
      break
    case 'jump': {
      const offset = clock.now() - clock.trueNow()
      if (Math.abs(offset + step.ms) > FURTHEST_JUMP_MS) return
      tally.count('jumps of the clock')
      clock.jump(step.ms)
      break
    }
    case 'disk':
      tally.count(`disk ${step.mode}`)
      disk.mode = step.mode
      simulation.smoothSince = clock.monotonic()
      break
    case 'apply':
      if (disk.mode === 'hold') disk.apply(step.writes, step.scans)
      break
    case 'settle answers':
      if (disk.mode === 'hold') disk.answer(step.writes, step.scans)
      break
    case 'crash':
      crash(simulation, step.applied, step.outdated)
      break
    case 'stop':
      stop(simulation, step.ms)
      break
    case 'wake-ups':
      // Within one process they cannot be lost.
      if (step.mode !== 'lost' || !simulation.process.world.localQueues.job.enabled) wakeUps.mode = step.mode
      break
    default:
      begin(simulation, step)
  }
}

function begin(simulation: Simulation, step: ClientStep | WorkStep): void {
  switch (step.step) {
    case 'end': {
      const run = chosen(openRuns(simulation), step.pick)
      run?.end(outcomeOf(step.outcome, run))
      return
    }
    case 'report': {
      const run = chosen(openRuns(simulation), step.pick)
      run?.report(
        step.pick % 2 === 0
          ? { kind: 'progress', percent: step.pick * 20, message: null }
          : { kind: 'step', name: 'first', status: 'running' },
      )
      return
    }
    case 'answer':
      chosen(openHits(simulation), step.pick)?.end(step.answer)
      return
    default:
      // What listens for requests listens only then.
      if (simulation.process.state === 'up') ask(simulation, step)
  }
}

function ask(simulation: Simulation, step: ClientStep): void {
  switch (step.step) {
    case 'submit':
      submit(simulation, step.spec)
      break
    case 'cancel':
      cancel(simulation, step.pick)
      break
    case 'replay':
      replay(simulation, step.pick)
      break
    case 'discard':
      discard(simulation, step.pick)
      break
    default:
      step satisfies never
  }
}

function cancel(simulation: Simulation, pick: number): void {
  const { history, before, process, clock, database, tally } = simulation
  const known = [...history.jobs.values()].filter((job) => job.acknowledged)
  const open = known.filter(({ id }) => isOpenJob(before.jobs.get(id)))
  const job = chosen(open.length > 0 ? open : known, pick)
  if (!job) return
  job.cancelSought = true
  const answer = cancelJob(process.world, { tenantId: TENANTS[job.spec.tenant] }, job.id)
  const refused = (code: string) => {
    const status = database.job(job.id)?.status
    if (code === 'already_finished' && status !== 'completed' && status !== 'failed') {
      violated('cancel', `${job.id} was called finished but is ${status}`)
    }
  }
  const answered = ({ canceled }: { canceled: boolean }) => {
    tally.count(canceled ? 'cancels at once' : 'cancels of a running handler')
    job.cancelAnswers.push({ answer: canceled ? 'canceled' : 'asked', at: clock.monotonic() })
  }
  expectAnswer(simulation, 'cancel', answer, answered, refused)
}

function replay(simulation: Simulation, pick: number): void {
  const { history, before, process, tally } = simulation
  const delivery = chosen(
    [...before.deliveries.values()].filter((row) => !isOpenDelivery(row)),
    pick,
  )
  if (!delivery) return
  history.reopened.add(delivery.id)
  expectAnswer(simulation, 'replay', replayDelivery(process.world, { tenantId: null }, delivery.id), () => tally.count('replays'))
}

function discard(simulation: Simulation, pick: number): void {
  const { history, before, process, tally } = simulation
  const delivery = chosen(
    [...before.deliveries.values()].filter((row) => row.status === 'dead'),
    pick,
  )
  if (!delivery) return
  history.discarded.add(delivery.id)
  expectAnswer(simulation, 'discard', discardDelivery(process.world, { tenantId: null }, delivery.id), () => tally.count('discards'))
}

function chosen<T>(from: readonly T[], pick: number): T | undefined {
  return from[pick % from.length]
}
