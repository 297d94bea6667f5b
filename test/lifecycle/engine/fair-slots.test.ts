import { describe, expect, it } from 'vitest'
import { readActiveTenants } from '../../../src/lifecycle/process/active-tenants.ts'
import { createTenant } from '../../../src/lifecycle/tenants/tenants.ts'
import { until } from '../../support/clock.ts'
import { ok, type TestWorld, testWorld } from '../../support/world.ts'

const slow = () => new Promise<typeof ok>(() => {})

async function otherTenant(w: TestWorld): Promise<string> {
  return (await createTenant(w, { name: 'other', limits: {} })).id
}

describe('the slots for jobs', () => {
  it('keep a quarter free of one tenant’s slow jobs when there is another, for the first job of that one', async () => {
    await using w = await testWorld({ handlers: { slow, noop: () => ok } })
    const other = await otherTenant(w)
    w.work()
    for (let n = 0; n < 40; n++) await w.submit({ type: 'slow' })
    await until('the slow ones run', () => w.runs.runningOfType('slow') === 12)
    const id = await w.submit({ tenantId: other })
    await until('the other tenant’s job has run', async () => (await w.store.jobs.find(id))?.status === 'completed')
    expect(w.runs.runningOfType('slow')).toBe(12)
  })

  it('are all for a tenant that is alone', async () => {
    await using w = await testWorld({ handlers: { slow } })
    w.work()
    for (let n = 0; n < 40; n++) await w.submit({ type: 'slow' })
    await until('they fill the slots', () => w.runs.runningOfType('slow') === 16)
  })

  it('are all for a tenant again when the others have had no work for a day', async () => {
    await using w = await testWorld({ handlers: { slow } })
    await otherTenant(w)
    await w.clock.push(24 * 60 * 60 * 1000)
    await readActiveTenants(w)
    w.work()
    for (let n = 0; n < 40; n++) await w.submit({ type: 'slow' })
    await until('they fill the slots', () => w.runs.runningOfType('slow') === 16)
  })
})
