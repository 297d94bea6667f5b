import { expect, it } from 'vitest'
import { releaseDelivery, startSending } from '../../../src/domain/delivery.ts'
import { requestCancel, startJob } from '../../../src/domain/job.ts'
import type { OpenStore } from '../conformance.ts'
import { aJob, anEvent, aTenant, bytesOf, NOW, put, putDelivery, putJob } from '../records.ts'

export function commitConformance(open: OpenStore): void {
  it('has an id of its own, always the same', async () => {
    const store = await open()
    const id = await store.installation()
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(await store.installation()).toBe(id)
    await store.close()
    expect(await (await open()).installation()).not.toBe(id)
  })

  it('answers false over a stale version and writes nothing of the change', async () => {
    const store = await open()
    const job = await putJob(store, aJob())
    await put(store, { write: 'updateJob', job: startJob(job, 'w.2', NOW) })
    const other = aJob()
    const stale = [
      { write: 'updateJob' as const, job: startJob(job, 'w.3', NOW) },
      { write: 'insertJob' as const, job: other, payload: bytesOf('1') },
    ]
    expect(await store.commit(stale)).toBe(false)
    expect(await store.jobs.find(other.id)).toBeNull()
    expect(await store.jobs.find(job.id)).toMatchObject({ status: 'running', lease: 'w.2' })
  })

  it('answers false to who holds a record under another lease than it has, though the version fits', async () => {
    const store = await open()
    const job = startJob(await putJob(store, aJob()), 'w.2', NOW)
    await put(store, { write: 'updateJob', job })
    const { delivery } = await putDelivery(store)
    const sending = startSending(delivery, 'w.2')
    await put(store, { write: 'updateDelivery', delivery: sending })
    const jobAs = (lease: string) => store.commit([{ write: 'updateJob', job: requestCancel(job), heldUnder: lease }])
    const released = releaseDelivery(sending)
    const deliveryAs = (lease: string) => store.commit([{ write: 'updateDelivery', delivery: released, heldUnder: lease }])
    expect([await jobAs('v.2'), await deliveryAs('v.2')]).toEqual([false, false])
    expect([await jobAs('w.2'), await deliveryAs('w.2')]).toEqual([true, true])
  })

  it('writes nothing when a later guard misses', async () => {
    const store = await open()
    const first = await putJob(store, aJob())
    const second = await putJob(store, aJob())
    const change = [
      { write: 'updateJob' as const, job: startJob(first, 'w.2', NOW) },
      { write: 'updateJob' as const, job: startJob({ ...second, version: 7 }, 'w.8', NOW) },
    ]
    expect(await store.commit(change)).toBe(false)
    expect(await store.jobs.find(first.id)).toEqual(first)
  })

  it('takes two steps of one record in one change', async () => {
    const store = await open()
    const job = await putJob(store, aJob())
    const running = startJob(job, 'w.2', NOW)
    const asked = requestCancel(running)
    expect(
      await store.commit([
        { write: 'updateJob', job: running },
        { write: 'updateJob', job: asked },
      ]),
    ).toBe(true)
    expect(await store.jobs.find(job.id)).toEqual(asked)
  })

  it('lets one of many racing updates of a version win', async () => {
    const store = await open()
    const job = await putJob(store, aJob())
    const racers = Array.from({ length: 20 }, (_, n) => store.commit([{ write: 'updateJob', job: startJob(job, `w${n}.2`, NOW) }]))
    const won = (await Promise.all(racers)).filter(Boolean)
    expect(won).toHaveLength(1)
  })

  it('rejects only the change that breaks a constraint, though they share a transaction', async () => {
    const store = await open()
    const taken = await putJob(store, aJob())
    const good = Array.from({ length: 10 }, () => aJob())
    const event = anEvent(taken)
    const changes = good.map((job) => store.commit([{ write: 'insertJob', job, payload: bytesOf('1') }]))
    const bad = store.commit([
      { write: 'insertEvent', event },
      { write: 'insertJob', job: taken, payload: bytesOf('2') },
    ])
    const more = store.commit([{ write: 'insertJob', job: aJob(), payload: bytesOf('1') }])
    await expect(bad).rejects.toThrow('there is such a record already')
    expect(await Promise.all([...changes, more])).toEqual(Array(11).fill(true))
    for (const job of good) expect(await store.jobs.find(job.id)).toEqual(job)
    expect(await store.commit([{ write: 'insertEvent', event }])).toBe(true)
  })

  it('shows every answered commit to the read that follows at once, whatever else is read in the same turn', async () => {
    const store = await open()
    let busy = true
    const bystander = async () => {
      while (busy) {
        await store.lanes.waiting('job')
        await store.jobs.find('job_unknown')
      }
    }
    const bystanders = Array.from({ length: 20 }, bystander)
    const submit = async () => {
      let misses = 0
      for (let n = 0; n < 50; n++) {
        const job = await putJob(store, aJob())
        if ((await store.jobs.find(job.id)) === null) misses++
      }
      return misses
    }
    const misses = await Promise.all(Array.from({ length: 20 }, submit))
    busy = false
    await Promise.all(bystanders)
    expect(misses).toEqual(Array(20).fill(0))
  })

  it('shows every answered commit to a list and a result read at once', async () => {
    const store = await open()
    for (let n = 0; n < 50; n++) {
      const tenant = aTenant(`tenant ${n}`)
      await put(store, { write: 'insertTenant', tenant })
      const page = await store.tenants.list({ tenantId: null, limit: 1, before: null, createdAfter: null, createdBefore: null })
      expect(page.rows).toEqual([tenant])
    }
  })

  it('rejects everything once it is closed', async () => {
    const store = await open()
    await store.close()
    const closed = { name: 'StoreUnavailable', reason: 'closed' }
    await expect(store.commit([{ write: 'unsettleJob', jobId: 'job_x' }])).rejects.toMatchObject(closed)
    await expect(store.jobs.find('job_x')).rejects.toMatchObject(closed)
    await expect(store.lanes.waiting('job')).rejects.toMatchObject(closed)
    expect(await store.health()).toMatchObject({ ok: false })
    await store.close()
  })

  it('is healthy', async () => {
    const store = await open()
    expect(await store.health()).toMatchObject({ ok: true, reason: null })
  })
}
