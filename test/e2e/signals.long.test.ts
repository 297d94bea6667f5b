import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { E2E_HANDLERS, setUp } from '../support/e2e.ts'
import { ADMIN_KEY } from '../support/service.ts'
import { spawnChild } from '../support/spawn-child.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('a signal', { timeout: 180_000 }, () => {
  it('that ends programs stops it in order: what ran has spent no attempt', async () => {
    const { folder, start } = await setUp()
    const env = { SHUTDOWN_TIMEOUT: '2s', LOG_LEVEL: 'info' }
    let service = await start(env)
    const { json } = await service.api.submit({ type: 'e2e.gate', payload: { open: join(folder, 'never') }, max_attempts: 1 })
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR2'] as const) {
      expect(await service.api.jobUntil(json.id, (job) => job.status === 'running'), signal).toMatchObject({ attempt: 1 })
      service.signal(signal)
      expect(await service.exited, signal).toMatchObject({ code: 0, signal: null })
      expect(service.output()).toContain('"msg":"stopped"')
      service = await start(env)
    }
    expect(await service.api.jobUntil(json.id, (job) => job.status === 'running')).toMatchObject({ attempt: 1 })
  })

  it('SIGHUP right behind a SIGTERM does not cut the stop short, and neither does a Ctrl-C that comes twice', async () => {
    for (const [first, second] of [
      ['SIGTERM', 'SIGHUP'],
      ['SIGINT', 'SIGINT'],
    ] as const) {
      const { folder, start } = await setUp()
      const service = await start({ SHUTDOWN_TIMEOUT: '2s', LOG_LEVEL: 'info' })
      const { json } = await service.api.submit({ type: 'e2e.gate', payload: { open: join(folder, 'never') } })
      await service.api.jobUntil(json.id, (job) => job.status === 'running')
      service.signal(first)
      service.signal(second)
      expect(await service.exited).toMatchObject({ code: 0 })
    }
  })

  it('SIGUSR1 and SIGPIPE change nothing, and a pause goes by', async () => {
    const { start } = await setUp()
    const service = await start()
    for (const signal of ['SIGUSR1', 'SIGPIPE', 'SIGTSTP', 'SIGCONT'] as const) service.signal(signal)
    expect((await service.api.call('GET', '/healthz')).status).toBe(200)
    expect(service.output()).not.toMatch(/debugger/i)
    expect(await service.stop()).toMatchObject({ code: 0 })
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('%s to `npm start` stops the service in order', async (signal) => {
    const { dataDir } = await setUp()
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, npm_config_update_notifier: 'false', PORT: '0', DATA_DIR: dataDir }
    const npm = spawnChild('npm', ['start'], {
      cwd: ROOT,
      env: { ...env, HANDLERS_DIR: E2E_HANDLERS, ADMIN_API_KEY: ADMIN_KEY },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void npm.kill('SIGKILL'))
    let output = ''
    // Its end comes when the last process that holds it is gone.
    const ended = new Promise<void>((resolve) => npm.stdout.once('end', resolve))
    await new Promise<void>((resolve) => {
      npm.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (output.includes('"msg":"ready"')) resolve()
      })
    })
    npm.kill(signal)
    await ended
    expect(output).toContain('"msg":"stopped"')
  })
})
