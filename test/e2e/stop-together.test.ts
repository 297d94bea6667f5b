import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setStage } from '../support/e2e.ts'
import { describeIn, WITH_TWO_WORKERS } from '../support/topologies.ts'

describeIn([WITH_TWO_WORKERS], 'all processes', (shape) => {
  it('may be stopped at once: what a worker ran is handed back, and has spent no attempt', async () => {
    const { folder, start, workers } = await setStage(shape)
    const first = await start({ SHUTDOWN_TIMEOUT: '3s' })
    const gate = { type: 'e2e.gate', payload: { open: join(folder, 'open') }, max_attempts: 1 }
    const { id } = (await first.api.submit(gate)).json
    await first.api.jobUntil(id, (job) => job.status === 'running')

    const exits = await Promise.all([first, ...workers].map((process) => process.stop()))
    expect(exits.map((exit) => exit.code)).toEqual([0, 0, 0])

    const { api } = await start()
    expect((await api.jobUntil(id, (job) => job.status === 'running')).attempt).toBe(1)
  })

  it('end in order when the API was stopped first', async () => {
    const { start, workers } = await setStage(shape)
    const api = await start({ SHUTDOWN_TIMEOUT: '2s' })
    expect((await api.stop()).code).toBe(0)
    const exits = await Promise.all(workers.map((worker) => worker.stop()))
    expect(exits.map((exit) => exit.code)).toEqual([0, 0])
  })
})
