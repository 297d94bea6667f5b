import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runCommand } from '../support/command.ts'
import { E2E_HANDLERS, setUp } from '../support/e2e.ts'
import { startService } from '../support/service.ts'
import { describeIn, WITH_WORKER } from '../support/topologies.ts'

describeIn([WITH_WORKER], 'a backup beside the running processes', (topology) => {
  it('has what has ended, what a worker runs and what waits, and becomes one service without Redis', async () => {
    const { folder, dataDir, receiver, start } = await setUp(topology)
    const { api } = await start({ JOB_CONCURRENCY: '1' })
    const open = join(folder, 'open')
    const callback_url = receiver.url('/hooks')
    const submit = async (job: object) => (await api.submit({ callback_url, ...job })).json.id as string
    const ended = await submit({ type: 'e2e.echo', payload: 'ended' })
    await api.jobUntil(ended, (job) => job.callback.status === 'delivered')
    const running = await submit({ type: 'e2e.gate', payload: { open } })
    await api.jobUntil(running, (job) => job.status === 'running')
    const waiting = await submit({ type: 'e2e.echo', payload: 'waiting' })

    const file = join(folder, 'backup.db')
    expect(await runCommand(['backup', file], { DATA_DIR: dataDir })).toMatchObject({ code: 0, stderr: '' })
    await writeFile(open, '')
    for (const id of [running, waiting]) await api.jobUntil(id, (job) => job.callback.status === 'delivered')

    const restored = join(folder, 'restored')
    await mkdir(restored)
    await copyFile(join(dataDir, 'master.key'), join(restored, 'master.key'))
    expect(await runCommand(['restore', file], { DATA_DIR: restored })).toMatchObject({ code: 0 })
    const second = await startService({ dataDir: restored, handlersDir: E2E_HANDLERS, env: { LOG_LEVEL: 'warn' } })
    onTestFinished(async () => void (await second.kill()))
    for (const [id, attempt] of [
      [ended, 1],
      [running, 2],
      [waiting, 1],
    ] as const) {
      const job = await second.api.jobUntil(id, (each) => each.callback.status === 'delivered')
      expect(job).toMatchObject({ status: 'completed', attempt })
    }
  })
})
