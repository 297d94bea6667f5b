import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setUp } from '../support/e2e.ts'

it('a service starts and works with what Node sets for watch mode, a preload, coverage and a limit of memory', async () => {
  const { folder, start } = await setUp()
  const { api } = await start({
    WATCH_REPORT_DEPENDENCIES: '1',
    NODE_OPTIONS: '--max-old-space-size=900 --import data:text/javascript,globalThis.preloaded=true',
    NODE_V8_COVERAGE: join(folder, 'coverage'),
  })
  const { id } = (await api.submit({ type: 'e2e.echo', payload: { n: 1 } })).json
  const job = await api.jobUntil(id, (each) => each.status === 'completed')
  expect(job).toMatchObject({ result_type: 'application/json' })
})
