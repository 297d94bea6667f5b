import { describe, expect, it, vi } from 'vitest'
import { type Api, createApi } from '../support/api.ts'
import { E2E_HANDLERS, setUp } from '../support/e2e.ts'
import { ADMIN_KEY, launch, whenReady } from '../support/service.ts'
import { sparePort } from '../support/spare-port.ts'

async function expectWork(api: Api): Promise<void> {
  for (const type of ['e2e.print', 'e2e.echo']) {
    const { json } = await api.submit({ type, payload: 'said' })
    expect(await api.jobUntil(json.id, (job) => job.finished_at !== null)).toMatchObject({
      status: 'completed',
      result: 'said',
      attempt: 1,
    })
  }
}

describe('the service goes on and stops in order', { timeout: 60_000 }, () => {
  it.each(['stdout', 'stderr'] as const)('when the reader of its %s goes away', async (stream) => {
    const { dataDir } = await setUp()
    const launched = launch({ dataDir, handlersDir: E2E_HANDLERS })
    const service = await whenReady(launched)
    launched.child[stream].destroy()
    await expectWork(service.api)
    expect(await service.stop()).toMatchObject({ code: 0 })
  })

  it('when nobody reads what it prints', async () => {
    const { dataDir } = await setUp()
    const launched = launch({ dataDir, handlersDir: E2E_HANDLERS })
    const service = await whenReady(launched)
    for (const stream of [launched.child.stdout, launched.child.stderr]) stream.pause()
    await expectWork(service.api)
    for (const stream of [launched.child.stdout, launched.child.stderr]) stream.resume()
    expect(await service.stop()).toMatchObject({ code: 0 })
  })

  it('when the disk behind both streams is full from the beginning', async () => {
    const { dataDir } = await setUp()
    const port = await sparePort()
    const under = ['sh', '-c', 'exec "$@" >/dev/full 2>&1', 'sh']
    const { exited, signal } = launch({ dataDir, handlersDir: E2E_HANDLERS, under, env: { PORT: String(port) } })
    const api = createApi(`http://127.0.0.1:${port}`, ADMIN_KEY)
    await vi.waitUntil(async () => (await api.call('GET', '/readyz').catch(() => null))?.status === 200, { timeout: 30_000 })
    await expectWork(api)
    await api.close()
    signal('SIGTERM')
    expect(await exited).toMatchObject({ code: 0 })
  })
})
