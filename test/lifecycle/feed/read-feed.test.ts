import { describe, expect, it } from 'vitest'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { purge } from '../../../src/lifecycle/engine/purge.ts'
import { readFeed } from '../../../src/lifecycle/feed/read-feed.ts'
import type { Reader } from '../../../src/lifecycle/process/context.ts'
import { until } from '../../support/clock.ts'
import { type TestWorld, testWorld } from '../../support/world.ts'

const read = (w: TestWorld, reader: Reader, after: string | null, limit: number) =>
  readFeed(w, reader, { after, limit, types: null, waitMs: 0, signal: new AbortController().signal })

const HOUR = 3600_000
const mine = { tenantId: DEFAULT_TENANT_ID }
const short = { settings: { retentionMs: HOUR } }

async function ends(w: TestWorld, jobId: string): Promise<void> {
  await until('the job has settled', async () => (await w.store.jobs.view(jobId))?.settledAt)
}

async function anEnd(w: TestWorld, tenantId = DEFAULT_TENANT_ID): Promise<string> {
  await ends(w, await w.submit({ tenantId }))
  return (await read(w, { tenantId }, null, 100)).events.at(-1)?.id ?? ''
}

describe('the feed', () => {
  it('has every end of a job, with a callback or without', async () => {
    await using w = await testWorld()
    w.work()
    const id = await w.submit()
    await ends(w, id)
    const { events, more } = await read(w, mine, null, 10)
    expect(events).toMatchObject([{ id: expect.stringMatching(/^evt_/), type: 'job.completed', jobId: id }])
    expect(more).toBe(false)
  })

  it('goes on after an event', async () => {
    await using w = await testWorld()
    w.work()
    const first = await anEnd(w)
    const second = await anEnd(w)
    expect((await read(w, mine, first, 10)).events.map((event) => event.id)).toEqual([second])
    expect((await read(w, mine, second, 10)).events).toEqual([])
  })

  it('refuses an `after` that is purged as expired, and an unknown one as unknown', async () => {
    await using w = await testWorld(short)
    w.work()
    const old = await anEnd(w)
    await w.clock.push(HOUR + 1_000)
    const young = await anEnd(w)
    expect(await purge(w)).toBe(1)
    await expect(read(w, mine, old, 10)).rejects.toMatchObject({ code: 'cursor_expired' })
    await expect(read(w, mine, w.ids.next('evt'), 10)).rejects.toMatchObject({ code: 'not_found' })
    await expect(read(w, mine, 'evt_0', 10)).rejects.toMatchObject({ code: 'not_found' })
    await expect(read(w, mine, young, 10)).resolves.toEqual({ events: [], more: false, goOnAfter: null })
  })

  it('answers another tenant’s event like an unknown one of the same age, whether it is kept or purged', async () => {
    await using w = await testWorld(short)
    w.work()
    const theirs = await anEnd(w, 'tnt_other')
    await expect(read(w, mine, theirs, 10)).rejects.toMatchObject({ code: 'not_found' })
    await w.clock.push(HOUR + 1_000)
    await expect(read(w, mine, theirs, 10)).rejects.toMatchObject({ code: 'cursor_expired' })
    await purge(w)
    await expect(read(w, mine, theirs, 10)).rejects.toMatchObject({ code: 'cursor_expired' })
  })
})
