import { expect, it } from 'vitest'
import { startMaintenance } from '../../../src/lifecycle/engine/maintenance.ts'
import { testWorld } from '../../support/world.ts'

it('work whose wake-up was lost is done within 5 s', async () => {
  await using w = await testWorld({ localQueues: false })
  await startMaintenance(w)
  w.work()
  const { wake } = w.queue
  w.queue.wake = () => {}
  const id = await w.submit()
  w.queue.wake = wake

  await w.clock.push(4_900)

  expect((await w.disk.jobs.find(id))?.status).toBe('completed')
})
