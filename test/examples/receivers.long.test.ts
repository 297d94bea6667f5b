/** The recipes for receivers, each as a process of its own, and one service that sends to all of them. */
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Client, createClient } from '../../src/client/index.ts'
import { sign } from '../../src/client/verify.ts'
import { sharedService } from '../support/e2e.ts'
import { ADMIN_KEY } from '../support/service.ts'
import { spawnChild } from '../support/spawn-child.ts'
import { ALONE } from '../support/topologies.ts'

const RECIPES = {
  'node:http': '../../examples/receivers/node-http.ts',
  Express: '../../examples/receivers/express.ts',
  Fastify: '../../examples/receivers/fastify.ts',
  Hono: '../../examples/receivers/hono.ts',
  'a route handler of Next': './serve-next-route.ts',
}
const CLIENT_SOURCE = new URL('../support/client-source.ts', import.meta.url).href

const running = sharedService(ALONE)

interface Recipe {
  url: string
  client: Client
  secret: string
  /** Ends it, and gives the lines that it printed for events. */
  end(): Promise<string[]>
}

/** The recipe with the secret of the service. */
async function startRecipe(path: string): Promise<Recipe> {
  const client = createClient({ url: running().service.url, key: ADMIN_KEY })
  const { secret } = await client.secret.get()
  const program = fileURLToPath(new URL(path, import.meta.url))
  const child = spawnChild(process.execPath, ['--import', CLIENT_SOURCE, program], {
    env: { WEBHOOK_SECRET: secret, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const [, address] = /listening on (http:\S+)/.exec(output) ?? []
      if (address !== undefined) resolve(address)
    })
    closed.then(() => reject(new Error(`${path} ended; it printed:\n${output}`)))
  })
  const end = async () => {
    child.kill('SIGKILL')
    await closed
    return output.split('\n').filter((line) => line.startsWith('job.'))
  }
  return { url, client, secret, end }
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  await response.arrayBuffer()
  return response.status
}

describe.each(Object.entries(RECIPES))('the recipe for %s', (_name, path) => {
  it('takes a callback of the service, and does its work once when it is sent again', async () => {
    const { url, client, end } = await startRecipe(path)
    // Numbers and letters that a parser would write in another way.
    const job = await client.jobs.submit('e2e.echo', { n: 1.0, text: 'größe \u2028 </script>' }, { callback_url: url })
    const delivered = () => running().service.api.jobUntil(job.id, ({ callback }) => callback.status === 'delivered')
    expect((await delivered()).callback).toMatchObject({ attempts: 1, last_status: 204 })

    const delivery = client.deliveries.list({ job_id: job.id })
    for await (const { id } of delivery) await client.deliveries.replay(id)
    const again = await running().service.api.jobUntil(job.id, ({ callback }) => callback.attempts === 2 && callback.status === 'delivered')
    expect(again.callback.last_status).toBe(204)
    expect(await end()).toEqual([`job.completed ${job.id} completed`])
  })

  it('refuses a forged callback, one whose JSON was reformatted, one that is too old and one without signature', async () => {
    const { url, secret, end } = await startRecipe(path)
    const now = Math.floor(Date.now() / 1000)
    const body = JSON.stringify({ type: 'job.completed', timestamp: new Date().toISOString(), data: { id: 'job_7', status: 'completed' } })
    const genuine = await sign({ id: 'evt_1', timestamp: now, body }, secret)
    const forged = await sign({ id: 'evt_1', timestamp: now, body }, `whsec_${btoa('0123456789abcdef0123456789abcdef')}`)
    const old = await sign({ id: 'evt_1', timestamp: now - 3600, body }, secret)
    const reformatted = JSON.stringify(JSON.parse(body), null, 2)

    expect(await post(url, body, forged)).toBe(401)
    expect(await post(url, reformatted, genuine)).toBe(401)
    expect(await post(url, body.replaceAll('job_7', 'job_8'), genuine)).toBe(401)
    expect(await post(url, body, { ...genuine, 'webhook-id': 'evt_2' })).toBe(401)
    expect(await post(url, body, old)).toBe(401)
    expect(await post(url, body, {})).toBe(401)
    expect(await post(url, body, genuine)).toBe(204)
    expect(await post(url, body, genuine)).toBe(204)
    expect(await end()).toEqual(['job.completed job_7 completed'])
  })
})
