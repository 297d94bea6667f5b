import { expect, it } from 'vitest'
import type { Event } from '../../../src/domain/event.ts'
import type { Store } from '../../../src/ports/store.ts'
import type { OpenStore } from '../conformance.ts'
import { aJob, anEvent, bytesOf, NOW, put } from '../records.ts'

async function putEvents(store: Store, count: number, tenantId?: string): Promise<Event[]> {
  const events = Array.from({ length: count }, () => anEvent(aJob(tenantId === undefined ? {} : { tenantId })))
  await put(store, ...events.map((event) => ({ write: 'insertEvent' as const, event })))
  return events
}

/** Where reading goes on that has this event at its end. */
async function reachedBy(store: Store, event: Event | undefined): Promise<number> {
  if (event === undefined) throw new Error('no such event')
  return positionOf(store, event)
}

async function positionOf(store: Store, event: Event): Promise<number> {
  return (await store.events.position(event.id))?.position ?? Number.NaN
}

export function feedConformance(open: OpenStore): void {
  it('gives a tenant’s events oldest first, and every tenant’s to the operator', async () => {
    const store = await open()
    const [first] = await putEvents(store, 1)
    const [other] = await putEvents(store, 1, 'tnt_other')
    const [last] = await putEvents(store, 1)
    expect(await store.events.feed({ tenantId: 'tnt_default', after: 0, limit: 9, types: null })).toEqual({
      events: [first, last],
      more: false,
      reached: await reachedBy(store, last),
      passed: null,
    })
    expect(await store.events.feed({ tenantId: null, after: 0, limit: 9, types: null })).toEqual({
      events: [first, other, last],
      more: false,
      reached: await reachedBy(store, last),
      passed: null,
    })
    expect(await store.events.feed({ tenantId: 'tnt_nobody', after: 0, limit: 9, types: null })).toEqual({
      events: [],
      more: false,
      reached: null,
      passed: null,
    })
  })

  it('goes on after an event, page by page, each event once', async () => {
    const store = await open()
    const events = await putEvents(store, 7)
    const seen: Event[] = []
    let more = true
    while (more) {
      const last = seen.at(-1)
      const page = await store.events.feed({
        tenantId: 'tnt_default',
        after: last ? await positionOf(store, last) : 0,
        limit: 3,
        types: null,
      })
      seen.push(...page.events)
      more = page.more
    }
    expect(seen).toEqual(events)
  })

  it('has no more when a page is exactly full', async () => {
    const store = await open()
    await putEvents(store, 3)
    expect(await store.events.feed({ tenantId: 'tnt_default', after: 0, limit: 3, types: null })).toMatchObject({ more: false })
    expect(await store.events.feed({ tenantId: 'tnt_default', after: 0, limit: 2, types: null })).toMatchObject({ more: true })
  })

  it('cuts a page of large bodies short, but never to nothing', async () => {
    const store = await open()
    const large = Array.from({ length: 3 }, () => anEvent(aJob(), 'x'.repeat(700_000)))
    await put(store, ...large.map((event) => ({ write: 'insertEvent' as const, event })))
    expect(await store.events.feed({ tenantId: 'tnt_default', after: 0, limit: 9, types: null })).toEqual({
      events: [large[0]],
      more: true,
      reached: await reachedBy(store, large[0]),
      passed: null,
    })
  })

  it('tells whose an event is, and nothing of one that is unknown', async () => {
    const store = await open()
    const [event] = await putEvents(store, 1, 'tnt_other')
    expect(await store.events.position(event?.id ?? '')).toEqual({ tenantId: 'tnt_other', position: expect.any(Number) })
    expect(await store.events.position('evt_unknown')).toBeNull()
    expect(await store.events.body(event?.id ?? '')).toEqual(event?.body)
    expect(await store.events.body('evt_unknown')).toBeNull()
  })

  it('shows no event before one that was read, however many commits race with the reader', async () => {
    const store = await open()
    const total = 600
    let committed = 0
    const writer = async () => {
      while (committed < total) {
        committed += 3
        await putEvents(store, 3)
      }
    }
    const seen: string[] = []
    const read = async () => {
      const last = seen.at(-1)
      const after = last === undefined ? 0 : ((await store.events.position(last))?.position ?? Number.NaN)
      const { events } = await store.events.feed({ tenantId: 'tnt_default', after, limit: 7, types: null })
      seen.push(...events.map((event) => event.id))
      return events.length
    }
    let writing = true
    const written = Promise.all(Array.from({ length: 8 }, writer)).finally(() => {
      writing = false
    })
    while (writing) {
      await read()
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    await written
    while ((await read()) > 0);
    const all = await store.events.feed({ tenantId: 'tnt_default', after: 0, limit: 10_000, types: null })
    expect(seen).toEqual(all.events.map((event) => event.id))
    expect(seen.length).toBeGreaterThanOrEqual(total)
  })

  it('never gives the place of a purged event to a new one', async () => {
    const store = await open()
    const job = aJob()
    const event = anEvent(job)
    const { dueAt: _due, lease: _lease, error: _error, ...core } = job
    const ended = { ...core, status: 'canceled' as const, cancelRequested: true, finishedAt: NOW, version: 2 }
    await put(
      store,
      { write: 'insertJob', job, payload: bytesOf('1') },
      { write: 'updateJob', job: ended },
      { write: 'insertEvent', event },
      { write: 'settleJob', jobId: job.id, at: NOW },
    )
    const position = await positionOf(store, event)
    await put(store, { write: 'purgeJob', jobId: job.id, settledBefore: NOW, goneUntil: NOW })
    expect(await store.events.position(event.id)).toBeNull()
    const [next] = await putEvents(store, 1)
    expect(await store.events.feed({ tenantId: 'tnt_default', after: position, limit: 9, types: null })).toEqual({
      events: [next],
      more: false,
      reached: await reachedBy(store, next),
      passed: null,
    })
  })

  it('gives the events of some types alone, and names the last other one it passed', async () => {
    const store = await open()
    const made = await putEvents(store, 3)
    const other = { ...anEvent(aJob()), type: 'job.failed' }
    const last = { ...anEvent(aJob()), type: 'endpoint.disabled' }
    await put(store, { write: 'insertEvent', event: other }, { write: 'insertEvent', event: last })
    for (const tenantId of ['tnt_default', null]) {
      const read = (types: string[], limit = 9, after = 0) => store.events.feed({ tenantId, after, limit, types })
      const passed = { id: last.id, position: await positionOf(store, last) }
      const reached = passed.position
      expect(await read(['job.failed'])).toEqual({ events: [other], more: false, reached, passed })
      expect(await read(['job.failed', 'endpoint.disabled'])).toEqual({ events: [other, last], more: false, reached, passed: null })
      const second = await reachedBy(store, made[1])
      expect(await read(['job.completed'], 2)).toEqual({ events: made.slice(0, 2), more: true, reached: second, passed: null })
      expect(await read(['job.canceled'])).toEqual({ events: [], more: false, reached, passed })
      expect(await read(['job.canceled'], 9, passed.position)).toEqual({ events: [], more: false, reached: null, passed: null })
      expect(await store.events.last(tenantId)).toEqual(passed)
    }
    expect(await store.events.last('tnt_nobody')).toBeNull()
  })

  it('looks at no more than 5,000 events of other types for a page, and says where to go on', async () => {
    const store = await open()
    await putEvents(store, 5000)
    const needle = { ...anEvent(aJob()), type: 'job.failed' }
    await put(store, { write: 'insertEvent', event: needle })
    const read = (after: number) => store.events.feed({ tenantId: 'tnt_default', after, limit: 9, types: ['job.failed'] })
    const first = await read(0)
    expect(first).toMatchObject({ events: [], more: true })
    expect(await read(first.passed?.position ?? Number.NaN)).toMatchObject({ events: [needle], more: false })
  })
}
