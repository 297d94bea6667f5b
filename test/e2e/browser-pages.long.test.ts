/** The pages of examples/browser/ in a browser, served from another origin than the service's. */
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createClient } from '../../src/client/index.ts'
import { hasChromium, launchChromium } from '../support/chromium.ts'
import { setUp } from '../support/e2e.ts'
import { sparePort } from '../support/spare-port.ts'

const PAGES = fileURLToPath(new URL('../../examples/browser', import.meta.url))

interface Token {
  token: string
  stream_url: string
}

/** The host of the pages, and every path that it was asked for. */
async function hostPages() {
  const asked: string[] = []
  const server = createServer(async ({ url = '/' }, response) => {
    asked.push(url)
    const page = await readFile(join(PAGES, url)).catch(() => null)
    response.writeHead(page === null ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

/** A page that is opened in a browser, with what it complains about. */
async function openPage() {
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  /** Waits until the element has this text. */
  const shows = (id: string, text: string | RegExp) => page.locator(`#${id}`, { hasText: text }).waitFor({ state: 'attached' })
  return { page, complaints, shows }
}

/** A service that lets pages of this host ask, and a job that goes on when a file is there. */
async function runningJob() {
  const { folder, start } = await setUp()
  const { origin, asked } = await hostPages()
  const env = { CORS_ORIGINS: origin, PORT: String(await sparePort()) }
  const service = await start(env)
  const files = ['one', 'two', 'three'].map((name) => join(folder, name))
  const { id } = (await service.api.submit({ type: 'e2e.stages', payload: { files } })).json
  const goOn = async (stage: number) => files[stage] !== undefined && writeFile(files[stage], '')
  const newToken = async (): Promise<Token> => {
    const answer = await service.api.call('POST', `/v1/jobs/${id}/tokens`, { body: { expires_in_seconds: 600 } })
    expect(answer.status).toBe(201)
    return answer.json
  }
  return { origin, asked, service, restart: () => start(env), id, goOn, newToken }
}

type Job = Awaited<ReturnType<typeof runningJob>>

const PAGE_URLS: [name: string, url: (job: Job, token: Token) => string][] = [
  ['event-source.html', ({ origin }, { stream_url }) => `${origin}/event-source.html#${stream_url}`],
  [
    'web-socket.html',
    ({ origin, service, id }, { token }) => `${origin}/web-socket.html#${new URLSearchParams({ url: service.url, job: id, token })}`,
  ],
]

describe.runIf(hasChromium).each(PAGE_URLS)('%s', (name, urlOf) => {
  it('shows every stage as it comes, over a restart of the service too, and the end; the host of the page sees no token', async () => {
    const job = await runningJob()
    const { page, complaints, shows } = await openPage()
    await page.goto(urlOf(job, await job.newToken()))
    await shows('status', 'running')
    await shows('job', job.id)
    await shows('message', 'stage 0')
    await job.goOn(0)
    await shows('message', 'stage 1')
    await job.service.kill()
    await job.restart()
    await shows('message', 'stage 1')
    await job.goOn(1)
    await shows('message', 'stage 2')
    await job.goOn(2)
    await shows('status', 'completed')
    await shows('result', '"stages": 3')
    expect(complaints).toEqual([])
    expect(job.asked.filter((path) => path !== '/favicon.ico')).toEqual([`/${name}`])
  })

  it('says that it is refused with a token of another job', async () => {
    const job = await runningJob()
    const other = await runningJob()
    const { page, shows } = await openPage()
    const { token, stream_url } = await other.newToken()
    // The address of this job with the token of the other.
    const url = urlOf(job, { token, stream_url: stream_url.replace(other.service.url, job.service.url).replace(other.id, job.id) })
    await page.goto(url)
    await shows('status', /^(?:refused|no connection)$/)
  })
})

it('the client takes a token as its key: it reads, waits for and watches that job, and nothing else', async () => {
  const { service, id, goOn, newToken } = await runningJob()
  const client = createClient({ url: service.url, key: (await newToken()).token })
  const seen: (string | null)[] = []
  const handle = client.jobs.handle(id)
  const done = handle.done()
  for await (const { progress } of client.jobs.handle(id).watch()) {
    const stage = progress?.message ?? null
    if (stage === null || stage === seen.at(-1)) continue
    await goOn(seen.length)
    seen.push(stage)
  }
  expect(seen).toEqual(['stage 0', 'stage 1', 'stage 2'])
  expect(await done).toMatchObject({ status: 'completed' })
  expect(await handle.result()).toEqual({ stages: 3 })
  await expect(client.jobs.submit('e2e.echo')).rejects.toMatchObject({ status: 403, code: 'forbidden' })
})
