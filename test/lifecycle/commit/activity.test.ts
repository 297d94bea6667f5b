import { expect, it } from 'vitest'
import { settle } from '../../support/clock.ts'
import { answered, hook, testWorld } from '../../support/world.ts'

it('counts submits, ends, arrivals with their delay and refused tries, of each tenant and of all', async () => {
  await using w = await testWorld({ handlers: { noop: () => ({ kind: 'completed', result: { kind: 'json', bytes: Buffer.from('1') } }) } })
  w.answer = () => answered(503)
  w.work()
  await w.submit({ callback: hook })
  await settle()
  w.answer = () => answered(200)
  await w.clock.push(5_000)
  for (const tenant of ['tnt_default', null]) {
    const steps = w.activity.series(tenant, 'hour')
    expect(steps).toHaveLength(60)
    const sum = (member: 'submitted' | 'completed' | 'failed' | 'delivered' | 'refused') =>
      steps.reduce((all, step) => all + step[member], 0)
    expect([sum('submitted'), sum('completed'), sum('failed'), sum('delivered'), sum('refused')]).toEqual([1, 1, 0, 1, 1])
    expect(steps.find(({ delivered }) => delivered > 0)).toMatchObject({ delayP50: 5_000, delayP99: 5_000 })
  }
  expect(w.activity.series('tnt_other', 'day').every(({ submitted }) => submitted === 0)).toBe(true)
})

it('forgets what is older than its span', async () => {
  await using w = await testWorld()
  await w.submit()
  const submitted = (span: 'hour' | 'day') => w.activity.series(null, span).reduce((all, step) => all + step.submitted, 0)
  await w.clock.push(59 * 60_000)
  expect([submitted('hour'), submitted('day')]).toEqual([1, 1])
  await w.clock.push(60_000)
  expect([submitted('hour'), submitted('day')]).toEqual([0, 1])
  await w.clock.push(24 * 3600_000)
  expect(submitted('day')).toBe(0)
})
