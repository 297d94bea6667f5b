import { expect, it } from 'vitest'
import { setUp } from '../support/e2e.ts'
import { ALONE, ALONE_ON_REDIS, describeIn } from '../support/topologies.ts'

const THROWS = new URL('../support/throw-on-signal.ts', import.meta.url)

describeIn([ALONE, ALONE_ON_REDIS], 'an exception and a rejection that nothing handles', (topology) => {
  it('end the service with an exit code and a log line, and the next start goes on', async () => {
    const { start } = await setUp(topology)
    const env = { NODE_OPTIONS: `--import ${THROWS.href}` }
    let service = await start(env)
    for (const signal of topology.redis ? (['SIGUSR2'] as const) : (['SIGUSR2', 'SIGWINCH'] as const)) {
      const run_at = new Date(Date.now() + 1000).toISOString()
      const { id } = (await service.api.submit({ type: 'e2e.echo', payload: 'kept', run_at })).json
      service.signal(signal)
      const { code } = await service.exited
      await service.api.close()
      expect(code).toBe(1)
      expect(service.output()).toMatch(/a bug.*unexpected; the process ends/)

      service = await start(env)
      expect(await service.api.jobUntil(id, (job) => job.status === 'completed')).toMatchObject({ result: 'kept', attempt: 1 })
    }
  })
})
