import { expect, it } from 'vitest'
import { E2E_HANDLERS, setStage } from '../support/e2e.ts'
import { startService } from '../support/service.ts'

it.each(['uncaughtException', 'unhandledRejection'])(
  'an %s of the service ends it with an exit code and a word, and the next start goes on',
  { timeout: 30_000 },
  async (kind) => {
    const { dataDir, start } = await setStage()
    const preload = [new URL('../support/stumble-on-signal.ts', import.meta.url)]
    const first = await startService({ dataDir, handlersDir: E2E_HANDLERS, env: { LOG_LEVEL: 'warn' }, preload })
    const { id } = (await first.api.submit({ type: 'e2e.echo', payload: 'kept', run_at: new Date(Date.now() + 1000).toISOString() })).json
    first.signal(kind === 'uncaughtException' ? 'SIGUSR2' : 'SIGWINCH')
    const { code } = await first.exited
    await first.api.close()
    expect(code).toBe(1)
    expect(first.output()).toMatch(/stumbled.*unexpected; the process ends/)

    const { api } = await start()
    expect(await api.jobUntil(id, (job) => job.status === 'completed')).toMatchObject({ result: 'kept', attempt: 1 })
  },
)
