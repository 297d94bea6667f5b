/** One connection in memory, everything at once: for unit tests of what stands above the store. */
import type Database from 'better-sqlite3'
import { StoreUnavailable } from '../../ports.ts'
import type { AnswerTo, Drive } from './drive.ts'
import { errorOf } from './failures.ts'
import { groupCommitter, type Work } from './group-commit.ts'
import { prepareKeyReads } from './key-reads.ts'
import { prepareScans, type Scans } from './scans.ts'

export function inlineDrive(db: Database.Database): Drive {
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
      return { ok: db.open, reason: db.open ? null : 'the store is closed', details: { drive: 'inline' } }
    },
    async close() {
      db.close()
    },
  }
}
