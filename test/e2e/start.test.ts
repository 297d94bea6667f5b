import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { E2E_HANDLERS, setUp } from '../support/e2e.ts'
import { ADMIN_KEY, launch } from '../support/service.ts'
import { ALONE, ALONE_ON_REDIS, describeIn } from '../support/topologies.ts'

describeIn([ALONE, ALONE_ON_REDIS], 'a start', (topology) => {
  it('on a folder that a process holds ends and names that process', async () => {
    const { launchSecond, start } = await setUp(topology)
    const owner = await start()
    const second = launchSecond()
    const exit = await second.exited
    expect(exit.code).toBeGreaterThan(0)
    expect(second.output()).toContain(String(owner.pid))
    expect((await owner.api.call('GET', '/readyz')).status).toBe(200)
  })
})

// test/config has every setting; here is what the process prints.
describe('a start', () => {
  it.each([
    ['CALLBACK_TIMEOOT', { CALLBACK_TIMEOOT: '5s' }],
    ['ADMIN_API_KEY', { ADMIN_API_KEY: 'my-short-secret' }],
    ['HANDLERS_DIR', { HANDLERS_DIR: '/nowhere/handlers' }],
  ])('with a bad %s ends with one line that names it and shows no secret: %o', async (name, env) => {
    const { dataDir } = await setUp()
    const service = launch({ dataDir, handlersDir: E2E_HANDLERS, env })
    const exit = await service.exited
    expect(exit.code).toBeGreaterThan(0)
    const lines = service
      .output()
      .split('\n')
      .filter((line) => line !== '')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(name)
    expect(lines[0]).not.toContain('my-short-secret')
    expect(lines[0]).not.toContain(ADMIN_KEY)
  })

  it('with a handler that cannot be loaded ends and names the file', async () => {
    const { dataDir, folder } = await setUp()
    const handlersDir = join(folder, 'handlers')
    await mkdir(handlersDir)
    await writeFile(join(handlersDir, 'broken.ts'), 'export default {')
    const service = launch({ dataDir, handlersDir })
    const exit = await service.exited
    expect(exit.code).toBeGreaterThan(0)
    expect(service.output()).toContain('broken.ts')
  })
})
