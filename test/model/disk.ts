/**
 * A store whose disk takes its time: what a process asks of it stands in line, is *applied* (durable), and is *answered*, each
 * when the model says so. In between the process goes on, races, or dies. Look-ups by key are answered at once, as in the
 * threaded store; scans stand in a line of their own, as on the reading thread.
 */
import type { Change } from '../../src/ports/change.ts'
import { type Store, StoreUnavailable } from '../../src/ports/store.ts'
import type { Tally } from './tally.ts'
import type { Unrecorded } from './unrecorded.ts'
import { violated } from './violation.ts'

/** `through`: at once. `hold`: when told. `full`: every write is refused. `overloaded`: everything is, before it stands in line. */
export type DiskMode = 'through' | 'hold' | 'full' | 'overloaded'

type Line = 'write' | 'scan'
type Ask = (...args: unknown[]) => Promise<unknown>
const LINES: Readonly<Record<string, Line>> = {
  commit: 'write',
  'lanes.claimJobs': 'write',
  'lanes.leaseJobs': 'write',
  'lanes.claimDeliveries': 'write',
  'lanes.leaseDeliveries': 'write',
  'lanes.waiting': 'scan',
  'workers.leaseHolders': 'scan',
  'workers.leasedBy': 'scan',
  'jobs.result': 'scan',
  'jobs.list': 'scan',
  'jobs.recentDurations': 'scan',
  'jobs.expired': 'scan',
  'deliveries.overdue': 'scan',
  'destinations.openBreakers': 'scan',
  'deliveries.attempts': 'scan',
  'deliveries.list': 'scan',
}

/** Look-ups between two turns of the event loop; beyond it the lifecycle runs in a circle. */
const MOST_READS_A_TURN = 20_000

interface Task {
  owner: string
  line: Line
  change: Change | null
  run: () => Promise<unknown>
  outcome: Promise<unknown> | null
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

export interface Disk {
  mode: DiskMode
  /** The store as the process of this name has it. */
  connect(owner: string): Store
  /** Applies the next `writes` and `scans` that stand in line. */
  apply(writes: number, scans: number): void
  /** Answers the next `writes` and `scans` that are applied. */
  answer(writes: number, scans: number): void
  /** Unless the disk holds: applies and answers all there is. False: nothing stood in line. */
  pump(): boolean
  /** The process dies: `applied` of its writes in line still reach the disk, nothing is answered. Gives how many were lost. */
  cut(owner: string, applied: number): number
  /** The process goes on without its folder's lock: of all it still asks for only guarded writes over records reach the disk. */
  outdate(owner: string): void
  /** Writes not applied yet. */
  waiting(): number
}

/** @param storeOf what the disk does with what a process asks, once it is applied */
export function createDisk(storeOf: (owner: string) => Store, tally: Tally, unrecorded: Unrecorded): Disk {
  const posted: Record<Line, Task[]> = { write: [], scan: [] }
  const unanswered: Record<Line, Task[]> = { write: [], scan: [] }
  const dead = new Set<string>()
  const outdated = new Set<string>()
  let reads = 0

  function applyOne(task: Task): void {
    const { owner, change } = task
    if (task.line === 'write' && disk.mode === 'full') {
      tally.count('writes refused')
      if (change) unrecorded.refused(owner, change)
      task.outcome = Promise.reject(new StoreUnavailable('disk_full', 'the disk is full'))
    } else {
      if (change) unrecorded.taken(owner, change)
      task.outcome = task.run().then((answer) => {
        if (answer === false) tally.count(outdated.has(owner) ? 'stale writes refused' : 'races lost')
        return answer
      })
    }
    task.outcome.catch(() => {})
  }

  function move(line: Line, count: number): boolean {
    const tasks = posted[line].splice(0, count)
    for (const task of tasks) applyOne(task)
    unanswered[line].push(...tasks)
    return tasks.length > 0
  }

  function answerLine(line: Line, count: number): boolean {
    const tasks = unanswered[line].splice(0, count)
    for (const task of tasks) task.outcome?.then(task.resolve, task.reject)
    return tasks.length > 0
  }

  function inLine(owner: string, line: Line, run: Task['run'], change: Change | null): Promise<unknown> {
    if (dead.has(owner) || (outdated.has(owner) && !isGuardedUpdate(change))) return never()
    if (disk.mode === 'overloaded') {
      if (change) unrecorded.refused(owner, change)
      return Promise.reject(new StoreUnavailable('overloaded', 'the store is overloaded'))
    }
    return new Promise((resolve, reject) => {
      posted[line].push({ owner, line, change, run, outcome: null, resolve, reject })
    })
  }

  const disk: Disk = {
    mode: 'through',
    connect(owner) {
      const slowed = (name: string, ask: Ask): Ask => {
        const line = LINES[name]
        if (line) return (...args) => inLine(owner, line, () => ask(...args), name === 'commit' ? (args[0] as Change) : null)
        return (...args) => {
          if (dead.has(owner)) return never()
          reads += 1
          if (reads > MOST_READS_A_TURN) violated('livelock', `${name} was asked ${reads} times in one turn of the event loop`)
          return ask(...args)
        }
      }
      const group = (name: string, methods: object) =>
        Object.fromEntries(Object.entries(methods).map(([verb, method]) => [verb, slowed(`${name}.${verb}`, method)]))
      const entries = Object.entries(storeOf(owner)).map(([name, member]) => [
        name,
        typeof member === 'function' ? slowed(name, member as Ask) : group(name, member),
      ])
      return Object.fromEntries(entries) as Store
    },
    apply(writes, scans) {
      move('write', writes)
      move('scan', scans)
    },
    answer(writes, scans) {
      answerLine('write', writes)
      answerLine('scan', scans)
    },
    pump() {
      reads = 0
      if (disk.mode === 'hold') return false
      const all = Number.POSITIVE_INFINITY
      const moved = [move('write', all), move('scan', all), answerLine('write', all), answerLine('scan', all)]
      return moved.some(Boolean)
    },
    cut(owner, applied) {
      const writes = posted.write.filter((task) => task.owner === owner)
      for (const task of writes.slice(0, applied)) applyOne(task)
      for (const lines of [posted, unanswered]) {
        lines.write = lines.write.filter((task) => task.owner !== owner)
        lines.scan = lines.scan.filter((task) => task.owner !== owner)
      }
      dead.add(owner)
      outdated.delete(owner)
      unrecorded.forget(owner)
      return Math.max(0, writes.length - applied)
    },
    outdate(owner) {
      dead.delete(owner)
      outdated.add(owner)
    },
    waiting: () => posted.write.length,
  }
  return disk
}

function isGuardedUpdate(change: Change | null): boolean {
  const first = change?.[0]?.write
  return first === 'updateJob' || first === 'updateDelivery' || first === 'updateProgress'
}

function never(): Promise<never> {
  return new Promise(() => {})
}
