/** What is done to an installation while it works: workers are killed, frozen and stopped in order, the API is restarted. */
import { setTimeout as sleep } from 'node:timers/promises'
import { figuresOf, seriesOf } from '../../../test/support/figures.ts'
import { machineTime } from '../../harness/history.ts'
import type { RestartableInstallation } from '../../harness/restartable-installation.ts'
import type { RestartableService } from '../../harness/restartable-service.ts'
import type { Rng } from '../../harness/rng.ts'
import type { Run } from './journal.ts'
import { type Fault, wasTakenOver } from './verdict.ts'

/** How often something is done, and for how long; milliseconds. None = never. */
export interface Pace {
  killEvery?: number
  freezeEvery?: number
  /** At least so long; a freeze ends when others have begun what the frozen worker ran. */
  freezeFor: number
  stopEvery?: number
  restartEvery?: number
}

/** How long a fault waits for a running witness, and between two looks, milliseconds. */
const WITNESS_MS = 5_000
const LOOK_MS = 50

export interface FaultsOptions {
  installation: RestartableInstallation
  pace: Pace
  /** So long in all, milliseconds. */
  ms: number
  rng: Rng
  /** Settles when every callback that had left a process before is in the history. */
  caughtUp(): Promise<unknown>
  /** The runs of the witnesses so far. */
  runs(): Run[]
  onFault: (faults: number) => void
}

export interface InjectedFaults {
  faults: Fault[]
  /** When the API was back after each of its restarts. */
  returns: number[]
  /** How orderly stops ended that did not exit with 0, and what was printed. */
  badStops: string[]
}

/** A kind of fault that has not been possible so long after the end of the time is given up, milliseconds. */
const LATE_MS = 60_000
/** Beyond the freeze, others have taken over what was frozen after so long, or there was nothing, milliseconds. */
const TAKE_OVER_MS = 10_000
/** Workers have found the API again so long after its return, milliseconds. */
const REUNION_MS = 2_000

/**
 * Does it until the time is over, each kind has been done at least once, and everything runs again. Rejects when a process ends by itself
 * or does not start.
 */
export async function injectFaults({ installation, pace, ms, rng, caughtUp, runs, onFault }: FaultsOptions): Promise<InjectedFaults> {
  const { api, workers } = installation
  const until = machineTime() + ms
  const injected: InjectedFaults = { faults: [], returns: [], badStops: [] }
  /** Frozen, or on their way out. */
  const occupied = new Set<RestartableService>()
  const starting = new Set<Promise<unknown>>()
  /** Who stops in order needs the API to hand its work back, so these two do not coincide. */
  let alone: Promise<unknown> = Promise.resolve()

  function oneAtATime(act: () => Promise<boolean>): Promise<boolean> {
    const done = alone.then(act)
    alone = done.catch(() => {})
    return done
  }

  /** Those that work; none where it is one alone, for somebody must take up what another leaves. */
  function candidates(): RestartableService[] {
    const working = workers.filter((worker) => worker.alive() !== null && !occupied.has(worker))
    return working.length < 2 ? [] : working
  }

  function note(worker: RestartableService, kind: Fault['kind']): Fault {
    const fault = { kind, pid: worker.alive()?.pid ?? 0, at: machineTime(), ms: 0 }
    injected.faults.push(fault)
    onFault(injected.faults.length)
    return fault
  }

  async function killOne(): Promise<boolean> {
    const choice = candidates()
    const worker = choice[rng.between(0, choice.length - 1)]
    if (worker === undefined) return false
    note(worker, 'kill')
    await worker.kill()
    await caughtUp()
    startAgain(worker)
    return true
  }

  function startAgain(worker: RestartableService): void {
    const start = worker.start()
    starting.add(start)
    // One that fails is met at the end.
    start.then(
      () => starting.delete(start),
      () => {},
    )
  }

  async function freezeOne(): Promise<boolean> {
    const worker = await busiest(candidates)
    if (!worker?.alive() || occupied.has(worker)) return false
    const fault = note(worker, 'freeze')
    occupied.add(worker)
    await worker.freeze(async () => {
      await sleep(pace.freezeFor)
      for (const giveUpAt = machineTime() + TAKE_OVER_MS; machineTime() < giveUpAt; await sleep(LOOK_MS)) {
        if (wasTakenOver(fault, runs())) return
      }
    })
    fault.ms = machineTime() - fault.at
    occupied.delete(worker)
    return true
  }

  async function stopOne(): Promise<boolean> {
    const worker = await busiest(candidates)
    const life = worker?.alive()
    if (!worker || !life || occupied.has(worker)) return false
    note(worker, 'stop')
    occupied.add(worker)
    const { exit } = await worker.stop()
    occupied.delete(worker)
    if (exit.code !== 0)
      injected.badStops.push(`a worker told to stop ended with ${exit.code ?? exit.signal}; it printed:\n${life.output()}`)
    startAgain(worker)
    return true
  }

  async function restartApi(): Promise<boolean> {
    if (injected.returns.length % 2 === 0) await api.stop()
    else await api.kill()
    await caughtUp()
    await api.start()
    injected.returns.push(machineTime())
    await sleep(REUNION_MS)
    return true
  }

  async function again(every: number | undefined, act: () => Promise<boolean>): Promise<void> {
    if (every === undefined) return
    for (let done = 0; done === 0 || machineTime() < until; ) {
      await sleep(every * (0.5 + rng.next()))
      if (done > 0 && machineTime() > until) return
      if (machineTime() > until + LATE_MS) return
      if (await act()) done += 1
    }
  }

  await Promise.all([
    again(pace.killEvery, killOne),
    again(pace.freezeEvery, freezeOne),
    again(pace.stopEvery, () => oneAtATime(stopOne)),
    again(pace.restartEvery, () => oneAtATime(restartApi)),
  ])
  await Promise.all(starting)
  return injected
}

/** The one that runs most witnesses, as soon as there is one; none when that takes too long. */
async function busiest(workersNow: () => readonly RestartableService[]): Promise<RestartableService | undefined> {
  for (const giveUpAt = machineTime() + WITNESS_MS; machineTime() < giveUpAt; await sleep(LOOK_MS)) {
    const found = await Promise.all(workersNow().map(async (worker) => ({ worker, running: await witnessesIn(worker) })))
    const [most] = found.filter(({ running }) => running > 0).toSorted((a, b) => b.running - a.running)
    if (most) return most.worker
  }
  return undefined
}

async function witnessesIn(worker: RestartableService): Promise<number> {
  const answer = await worker
    .alive()
    ?.api.call('GET', '/metrics')
    .catch(() => null)
  return seriesOf(figuresOf(answer?.text ?? ''), 'ringback_jobs_running')['{type="fault.witness"}'] ?? 0
}
