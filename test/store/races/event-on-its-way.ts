import { startJob } from '../../../src/domain/job.ts'
import { aJob, anEvent, NOW, put, putJob } from '../records.ts'
import { withStore, withStranger } from './open-store.ts'

const BLOCKED = `SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'ringback%' AND wait_event_type = 'Lock'
  AND datname = current_database()`

/** A reader of the feed while an event waits for its commit and a later one is there: tells when it goes past the first. */
export function eventOnItsWay(url: string): Promise<string[]> {
  return withStore(url, (writer) =>
    withStore(url, (reader) =>
      withStranger(url, async (stranger) => {
        const [free, locked] = [await putJob(writer, aJob()), await putJob(writer, aJob())]
        await stranger.query('BEGIN')
        await stranger.query('SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE', [locked.id])
        const [first, second] = [anEvent(free), anEvent(free)]
        const held = writer.commit([
          { write: 'updateJob', job: startJob(free, 'w.2', NOW) },
          { write: 'insertEvent', event: first },
          { write: 'updateJob', job: startJob(locked, 'w.2', NOW) },
        ])
        await withStranger(url, async (watcher) => {
          while ((await watcher.query(BLOCKED)).rowCount === 0);
        })
        await put(reader, { write: 'insertEvent', event: second })
        const page = (after: number) => reader.events.feed({ tenantId: null, after, limit: 9, types: null })
        const before = await page(0)
        await stranger.query('ROLLBACK')
        await held
        const after = await page(before.reached ?? 0)
        const seen = [...before.events, ...after.events].map(({ id }) => id)
        return seen.join() === [first.id, second.id].join() ? [] : [`of two events a reader saw ${seen.join(', ')}`]
      }),
    ),
  )
}
