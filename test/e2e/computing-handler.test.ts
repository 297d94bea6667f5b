import { expect, it } from 'vitest'
import { setStage } from '../support/e2e.ts'
import { ALONE, describeIn, WITH_WORKER } from '../support/topologies.ts'

const BUSY_MS = 3000

describeIn([ALONE, WITH_WORKER], 'a handler that computes', (shape) => {
  it('does not slow the status of any job', async () => {
    const { start } = await setStage(shape)
    const { api } = await start()
    const { id } = (await api.submit({ type: 'e2e.busy', payload: { ms: BUSY_MS } })).json
    await api.jobUntil(id, (job) => job.status === 'running')

    let answers = 0
    for (let status = 'running'; status === 'running'; ) {
      status = (await api.job(id)).json.status
      answers += 1
    }
    const job = (await api.job(id)).json
    expect(job.status).toBe('completed')
    expect(job.result.busyMs).toBeGreaterThanOrEqual(BUSY_MS)
    // One at a time: a GET that waited for the handler would be the only one.
    expect(answers).toBeGreaterThan(20)
  })
})
