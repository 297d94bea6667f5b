/** The processes that migrate: a migrators that goes at a database together, and single ones that die there. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { forkChild } from '../../../test/support/spawn-child.ts'
import type { Order, Report } from './migrator.ts'

const MIGRATOR = fileURLToPath(new URL('./migrator.ts', import.meta.url))

type Done = Extract<Report, { kind: 'done' }>

export interface Migrators {
  /** All of them at once. */
  migrate(path: string): Promise<Done[]>
  /** All of them while one more holds the lock and dies at this statement. Throws when that one lived on. */
  migrateBeside(path: string, dieAt: number): Promise<Done[]>
  close(): void
}

/** @param preload sabotage of the command */
export function startMigrators(size: number, preload: readonly URL[]): Migrators {
  const execArgv = preload.flatMap((url) => ['--import', url.href])
  const start = () => forkChild(MIGRATOR, [], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const members = Array.from({ length: size }, start)
  const migrate = (path: string) => Promise.all(members.map((member) => sent(member, { path, dieAt: null })))
  return {
    migrate,
    async migrateBeside(path, dieAt) {
      const victim = start()
      const gone = once(victim, 'exit')
      const locked = new Promise<void>((resolve) => victim.once('message', () => resolve()))
      victim.send({ path, dieAt } satisfies Order)
      // One that dies before it has the lock sends nothing.
      await Promise.race([locked, gone])
      const done = await migrate(path)
      if (victim.exitCode === null && victim.signalCode === null) victim.disconnect()
      const [code, signal] = await gone
      if (signal !== 'SIGKILL') throw new Error(`the process that was to die at statement ${dieAt} exited with ${code}`)
      return done
    },
    close() {
      for (const member of members) member.disconnect()
    },
  }
}

async function sent(member: ChildProcess, order: Order): Promise<Done> {
  const answer = once(member, 'message')
  member.send(order)
  const [report] = await answer
  return report as Done
}
