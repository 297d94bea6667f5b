import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createApi } from '../support/api.ts'
import { setUp } from '../support/e2e.ts'
import { ADMIN_KEY } from '../support/service.ts'
import { spawnChild } from '../support/spawn-child.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/ringback.mjs', import.meta.url))
const WAIT = { timeout: 60_000, interval: 50 }

const handler = (answer: string) => `import { defineJob } from 'ringback'
import { word } from '../lib/word.mjs'
export default defineJob({ type: 'said', run(_input, ctx) { ctx.progress(50); return ${JSON.stringify(answer)} + word } })`

it('`ringback dev` runs what was saved last, tells each run, and outlives a module that does not load', { timeout: 180_000 }, async () => {
  const { folder, dataDir } = await setUp()
  for (const name of ['handlers', 'lib']) await mkdir(join(folder, name))
  const save = (path: string, text: string) => writeFile(join(folder, path), text)
  await save('lib/word.mjs', `export const word = ' one'`)
  await save('handlers/said.mjs', handler('first'))
  const env = { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir, HANDLERS_DIR: join(folder, 'handlers'), ADMIN_API_KEY: ADMIN_KEY }
  const dev = spawnChild(process.execPath, [PROGRAM, 'dev'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void dev.kill('SIGKILL'))
  let output = ''
  for (const stream of [dev.stdout, dev.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const printed = (pattern: RegExp) => vi.waitUntil(() => pattern.exec(output), WAIT)

  const [, url = ''] = await printed(/API\s+(http:\/\/\S+)\/v1/)
  const api = createApi(url, ADMIN_KEY)
  onTestFinished(() => api.close())
  /** The result of a job handed in anew until one has run the code that was saved. */
  const untilResult = (result: string) =>
    vi.waitUntil(async () => {
      const answer = await api.submit({ type: 'said' }).catch(() => null)
      if (answer?.status !== 202) return false
      const job = await api.jobUntil(answer.json.id, (each) => each.finished_at !== null).catch(() => null)
      return job?.result === result
    }, WAIT)

  await untilResult('first one')
  await printed(/said {2}job_\w+ {2}attempt 1 {2}50 %\n/)
  await printed(/said {2}job_\w+ {2}attempt 1 {2}\d+ ms {2}completed\n/)
  await save('handlers/said.mjs', handler('second'))
  await untilResult('second one')
  await save('lib/word.mjs', `export const word = ' two'`)
  await untilResult('second two')
  await save('handlers/said.mjs', 'export default {')
  await printed(/said\.mjs[^\n]*\n.*the service ended with 1/)
  await save('handlers/said.mjs', handler('third'))
  await untilResult('third two')

  const ended = new Promise((resolve) => dev.once('exit', (code) => resolve(code)))
  dev.kill('SIGINT')
  expect(await ended).toBe(0)
  await expect(api.call('GET', '/healthz')).rejects.toThrow()
})
