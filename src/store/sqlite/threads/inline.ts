/** One connection in memory, everything at once: for unit tests of what stands above the store. */
import type Database from 'better-sqlite3'
import { StoreUnavailable } from '../../../ports/store.ts'
import type { KeyReads, Scans } from '../../driver/queries.ts'
import { errorOf } from '../file/failures.ts'
import { prepareKeyReads } from '../queries/key-reads.ts'
import { prepareScans } from '../queries/scans.ts'
import { groupCommitter } from './group-commit.ts'
import type { AnswerTo, Work, WorkDriver } from './work.ts'

/** A driver over one connection of this thread. */
export function inlineDriver(db: Database.Database): WorkDriver {
  const commit = groupCommitter(db)
  const reads = prepareKeyReads(db)
  const scans = prepareScans(db)
  const assertOpen = () => {
    if (!db.open) throw new StoreUnavailable('closed', 'the store is closed')
  }

  return {
    async work<W extends Work>(work: W) {
      assertOpen()
      const outcome = commit([work])
      const answer = 'failed' in outcome ? outcome : outcome.answers[0]
      if (typeof answer === 'object' && 'failed' in answer) throw errorOf(answer)
      return answer as AnswerTo<W>
    },
    async read<Name extends keyof KeyReads>(name: Name, ...params: Parameters<KeyReads[Name]>) {
      assertOpen()
      const read = reads[name] as (...params: Parameters<KeyReads[Name]>) => ReturnType<KeyReads[Name]>
      return read(...params)
    },
    async scan<Name extends keyof Scans>(name: Name, ...params: Parameters<Scans[Name]>) {
      assertOpen()
      const scan = scans[name] as (...params: Parameters<Scans[Name]>) => ReturnType<Scans[Name]>
      return scan(...params)
    },
    async health() {
      return { ok: db.open, reason: db.open ? null : 'the store is closed', details: { driver: 'inline' }, stats: null }
    },
    async close() {
      db.close()
    },
  }
}
