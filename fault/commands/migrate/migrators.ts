/** The processes that migrate: several that migrate one database together, and single ones that die while they do. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { forkChild } from '../../../test/support/spawn-child.ts'
import type { Order, Report } from './migrator.ts'

const MIGRATOR = fileURLToPath(new URL('./migrator.ts', import.meta.url))

type Done = Extract<Report, { kind: 'done' }>

export interface Migrators {
  /** All of them at once: each has begun, and counted what is missing, before the first gets the lock. */
  migrate(path: string): Promise<Done[]>
  /** All of them while one more holds the lock and dies at this statement. Throws when that one lived on. */
  migrateBeside(path: string, dieAt: number): Promise<Done[]>
  close(): void
}

/** @param preload sabotage of the command */
export function startMigrators(count: number, preload: readonly URL[]): Migrators {
  const execArgv = preload.flatMap((url) => ['--import', url.href])
  const start = () => forkChild(MIGRATOR, [], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const members = Array.from({ length: count }, start)
  const each = (path: string) => members.map((member) => sent(member, { path, dieAt: null }))
  return {
    async migrate(path) {
      const db = new Database(path)
      db.exec('BEGIN IMMEDIATE')
      const running = each(path)
      await Promise.all(running.map(({ began }) => began))
      db.exec('ROLLBACK')
      db.close()
      return Promise.all(running.map(({ done }) => done))
    },
    async migrateBeside(path, dieAt) {
      const dying = start()
      const gone = once(dying, 'exit')
      const locked = new Promise<void>((resolve) => dying.on('message', (report: Report) => report.kind === 'locked' && resolve()))
      dying.send({ path, dieAt } satisfies Order)
      // One that dies before it has the lock sends nothing.
      await Promise.race([locked, gone])
      const done = await Promise.all(each(path).map((one) => one.done))
      if (dying.exitCode === null && dying.signalCode === null) dying.disconnect()
      const [code, signal] = await gone
      if (signal !== 'SIGKILL') throw new Error(`the process that was to die at statement ${dieAt} exited with ${code}`)
      return done
    },
    close() {
      for (const member of members) member.disconnect()
    },
  }
}

/** `began`: it stands before the lock, or has nothing to do. */
function sent(member: ChildProcess, order: Order): { began: Promise<void>; done: Promise<Done> } {
  const began = Promise.withResolvers<void>()
  const done = Promise.withResolvers<Done>()
  const hear = (report: Report) => {
    began.resolve()
    if (report.kind !== 'done') return
    member.off('message', hear)
    done.resolve(report)
  }
  member.on('message', hear)
  member.send(order)
  return { began: began.promise, done: done.promise }
}
