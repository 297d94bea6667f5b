/** `npm run screenshots`: the pictures of docs/dashboard.md: of the pages with a few jobs, and of a newcomer's walk through a bad day. */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions } from 'playwright-core'
import { launchChromium } from '../test/support/chromium.ts'
import { removeFolder, type Service, startService, tempFolder } from '../test/support/service.ts'
import { walkAsNewcomer } from '../test/support/troubles/newcomers-walk.ts'
import { startTroubles } from '../test/support/troubles/troubles.ts'
import { logIn } from '../test/support/watched-page.ts'

const TARGET = fileURLToPath(new URL('../docs/screenshots/', import.meta.url))
/** A picture is of what fits on a screen, so that it stays small. */
const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light', viewport: { width: 1000, height: 640 } },
  dark: { colorScheme: 'dark', viewport: { width: 1000, height: 640 } },
  narrow: { colorScheme: 'light', viewport: { width: 390, height: 700 } },
}
/** Of the bad day. */
const SIZE = { jobs: 500, dead: 100 }
const HANDLERS: Readonly<Record<string, string>> = {
  'invoice.render': "ctx.progress(100, 'rendered'); return { pages: input.pages }",
  'video.encode': "ctx.progress(40, 'second pass'); await new Promise((_, reject) => ctx.signal.addEventListener('abort', reject))",
  'orders.import': "throw new JobError('bad_row', 'Row 17 has no price.', { retryable: false, details: { row: 17 } })",
}

const folder = await tempFolder()
const receiver = createServer(({ url }, response) => {
  const status = url?.startsWith('/gone') ? 410 : url?.startsWith('/busy') ? 503 : 204
  response.writeHead(status, { 'content-type': 'text/plain' }).end(status === 410 ? 'This hook was removed.' : '')
}).listen(0, '127.0.0.1')
const handlersDir = join(folder, 'handlers')
await mkdir(handlersDir)
for (const [type, body] of Object.entries(HANDLERS)) await writeFile(join(handlersDir, `${type}.mts`), handlerOf(type, body))
const env = { CALLBACK_ALLOW: 'loopback', CALLBACK_RETRY_SCHEDULE: '1h', CALLBACK_BREAKER: 'off', LOG_LEVEL: 'error' }
const service = await startService({ dataDir: join(folder, 'data'), handlersDir, env })
await rm(TARGET, { recursive: true, force: true })
await mkdir(TARGET, { recursive: true })
try {
  await takePages(service, await fill(service))
} finally {
  await service.kill()
  receiver.close()
  receiver.closeAllConnections()
  await removeFolder(folder)
}
await takeWalk()
for (const name of await readdir(TARGET)) console.log(`${name} ${((await stat(join(TARGET, name))).size / 1024).toFixed(0)} KiB`)

function handlerOf(type: string, body: string): string {
  const run = `async run(input, ctx) { ${body} }`
  return `import { defineJob, JobError } from 'ringback'\nexport default defineJob({ type: '${type}', ${run} })\n`
}

/** Jobs of every kind of end. Gives the id of one whose callback was refused for good. */
async function fill({ api }: Service): Promise<string> {
  const to = (path: string) => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`
  const submit = async (type: string, n: number, path: string | null): Promise<string> => {
    const job = { type, payload: { pages: n }, tags: ['acme'], metadata: { order: `A-${1000 + n}` }, max_attempts: 1 }
    const { status, json } = await api.submit({ ...job, ...(path !== null && { callback_url: to(path) }) })
    if (status !== 202) throw new Error(`a submit answered ${status}`)
    return json.id
  }
  const ended: string[] = []
  for (let n = 0; n < 9; n += 1) ended.push(await submit('invoice.render', n, ['/hooks', '/gone', '/hooks'][n % 3] ?? null))
  for (let n = 0; n < 3; n += 1) ended.push(await submit('orders.import', n, '/gone'))
  const waiting = [await submit('invoice.render', 9, '/busy')]
  await submit('video.encode', 10, null)
  for (const id of ended) await api.jobUntil(id, ({ callback }) => ['delivered', 'dead'].includes(callback.status))
  for (const id of waiting) await api.jobUntil(id, ({ callback }) => callback.attempts === 1)
  return ended[1] ?? ''
}

async function takePages({ url }: Service, jobId: string): Promise<void> {
  const pages = { home: '', jobs: '/jobs', job: `/jobs/${jobId}`, 'dead-letters': '/deliveries?status=dead' }
  const browser = await launchChromium()
  try {
    for (const [look, options] of Object.entries(LOOKS)) {
      const page = await (await browser.newContext({ ...options, timezoneId: 'UTC' })).newPage()
      await logIn(page, url)
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(`${url}/dashboard${path}`)
        await page.screenshot({ path: join(TARGET, `${name}-${look}.png`) })
      }
    }
  } finally {
    await browser.close()
  }
}

/** Every page of the walk, numbered by its click. */
async function takeWalk(): Promise<void> {
  const troubles = await startTroubles(SIZE)
  const browser = await launchChromium()
  try {
    const page = await (await browser.newContext({ ...LOOKS.light, timezoneId: 'UTC' })).newPage()
    await logIn(page, troubles.service.url)
    let taken = 0
    await walkAsNewcomer(page, troubles, async (name) => {
      await page.screenshot({ path: join(TARGET, `newcomer-${taken}-${name}.png`) })
      taken += 1
    })
  } finally {
    await browser.close()
    await troubles.close()
  }
}
