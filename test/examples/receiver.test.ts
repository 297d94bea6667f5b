import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, test, vi } from 'vitest'
import { PATIENCE } from '../support/patience.ts'
import { spawnChild } from '../support/spawn-child.ts'

const RECEIVER = fileURLToPath(new URL('../../examples/receiver.ts', import.meta.url))
const SECRET = `whsec_${randomBytes(24).toString('base64')}`

function startReceiver(env: Record<string, string>): { child: ChildProcess; output: () => string } {
  const child = spawnChild(process.execPath, [RECEIVER], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk))
  return { child, output: () => text }
}

test('the receiver takes callbacks that verify, tells a repeated one, and refuses the others', async () => {
  const { output } = startReceiver({ WEBHOOK_SECRET: SECRET, PORT: '0' })
  const [url] = await vi.waitUntil(() => /http:\S+/.exec(output()), 10_000)
  const body = JSON.stringify({ type: 'job.completed', timestamp: new Date().toISOString(), data: { id: 'job_7', status: 'completed' } })
  const now = new Date()
  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign('evt_1', now, body),
  }
  const post = async (text: string): Promise<number> => (await fetch(url, { method: 'POST', headers, body: text })).status
  expect(await post(body)).toBe(204)
  expect(await post(body)).toBe(204)
  expect(await post(body.replace('completed', 'failed'))).toBe(401)
  expect((await fetch(url)).status).toBe(405)
  await vi.waitFor(() => expect(output()).toContain('evt_1 refused: No matching signature found'), PATIENCE)
  expect(output()).toContain('job.completed evt_1 verified: job job_7 is completed')
  expect(output()).toContain('job.completed evt_1 verified (again): job job_7 is completed')
})

test('without a secret the receiver says what it needs', async () => {
  const { child, output } = startReceiver({})
  const [code] = await once(child, 'close')
  expect(code).toBe(1)
  expect(output()).toContain('WEBHOOK_SECRET')
})
