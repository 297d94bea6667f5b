/** One connection in memory, everything at once: for unit tests of what stands above the store. */
import type Database from 'better-sqlite3'
import { StoreUnavailable } from '../../../ports/store.ts'
import { errorOf } from '../file/failures.ts'
import { prepareKeyReads } from '../queries/key-reads.ts'
import { prepareScans, type Scans } from '../queries/scans.ts'
import type { AnswerTo, Driver } from './driver.ts'
import { groupCommitter, type Work } from './group-commit.ts'

export function inlineDrive(db: Database.Database): Driver {
  const commit = groupCommitter(db)
  const reads = prepareKeyReads(db)
  const scans = prepareScans(db)
  const assertOpen = () => {
    if (!db.open) throw new StoreUnavailable('closed', 'the store is closed')
  }

  return {
    async write<W extends Work>(work: W) {
      assertOpen()
      const outcome = commit([work])
      const answer = 'failed' in outcome ? outcome : outcome.answers[0]
      if (typeof answer === 'object' && 'failed' in answer) throw errorOf(answer)
      return answer as AnswerTo<W>
    },
    read(ask) {
      assertOpen()
      return ask(reads)
    },
    async scan<Name extends keyof Scans>(name: Name, ...args: Parameters<Scans[Name]>) {
      assertOpen()
      const scan = scans[name] as (...args: Parameters<Scans[Name]>) => ReturnType<Scans[Name]>
      return scan(...args)
    },
    async health() {
      return { ok: db.open, reason: db.open ? null : 'the store is closed', details: { driver: 'inline' } }
    },
    async close() {
      db.close()
    },
  }
}
