/** Every button of the dashboard in a browser: light, dark and narrow, and without JavaScript. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pageRoutes } from '../../src/http/dashboard/pages/routes.ts'
import { hasChromium, launchChromium } from '../support/chromium.ts'
import { ownReceiver, setUp } from '../support/e2e.ts'
import type { Service } from '../support/service.ts'
import { LOOKS, logIn, watchPage } from '../support/watched-page.ts'

/** Where a button is, and what stands on it. */
interface Button {
  /** Below `/dashboard`. */
  path: string
  label: string | RegExp
  /** The row of a list that it stands in. */
  row?: string
  /** What is filled in before. */
  fill?: (page: Page) => Promise<void>
}

/** Something to press each button for: jobs, callbacks that wait and are dead, an endpoint, a tenant. */
async function startScene() {
  const { folder, start } = await setUp()
  const service = await start({ CALLBACK_RETRY_SCHEDULE: '1h', CALLBACK_BREAKER: 'off' })
  const receiver = await ownReceiver()
  receiver.answer(({ path }) => ({ status: path === '/gone' ? 410 : path === '/busy' ? 503 : 204 }))
  const post = async (path: string, body: object) => (await service.api.call('POST', path, { body })).json
  const submit = async (type: string, payload: object, callback: string | null) =>
    (await post('/v1/jobs', { type, payload, ...(callback !== null && { callback_url: receiver.url(callback) }) })).id as string

  const running = await submit('e2e.gate', { open: join(folder, 'never') }, null)
  const ended = await submit('e2e.echo', {}, null)
  const waiting = await submit('e2e.echo', {}, '/busy')
  const dead = await Promise.all(Array.from({ length: 3 }, () => submit('e2e.echo', {}, '/gone')))
  await service.api.jobUntil(ended, ({ status }) => status === 'completed')
  await service.api.jobUntil(waiting, ({ callback }) => callback.attempts === 1)
  for (const id of dead) await service.api.jobUntil(id, ({ callback }) => callback.status === 'dead')
  const { id: endpointId } = await post('/v1/endpoints', { url: receiver.url('/endpoint'), events: ['delivery.dead'] })
  const { id: tenantId } = await post('/v1/tenants', { name: 'Acme' })
  const [replayed, discarded] = await Promise.all(dead.map((id) => deliveryOf(service, id)))
  return { service, receiver, running, ended, waiting: await deliveryOf(service, waiting), replayed, discarded, endpointId, tenantId }
}

async function deliveryOf({ api }: Service, jobId: string): Promise<string> {
  return (await api.call('GET', `/v1/deliveries?job_id=${jobId}`)).json.data[0].id
}

function buttonsOf(scene: Awaited<ReturnType<typeof startScene>>): Button[] {
  const { receiver, running, ended, waiting, replayed, discarded, endpointId, tenantId } = scene
  const { origin } = new URL(receiver.url('/'))
  const endpoint = `/endpoints/${endpointId}`
  const tenant = `/access/${tenantId}`
  const nameKey = async (page: Page) => {
    await page.fill('input[name=name]', 'theirs')
    await page.check('input[name=scope][value="jobs:read"]')
  }
  return [
    { path: '/destinations', label: 'Pause', row: origin },
    { path: '/destinations', label: 'Resume', row: origin },
    { path: '/job-types', label: 'Pause', row: 'e2e.fail' },
    { path: '/job-types', label: 'Resume', row: 'e2e.fail' },
    { path: `/jobs/${running}`, label: 'Cancel' },
    { path: `/jobs/${ended}`, label: 'Run again' },
    { path: `/deliveries/${waiting}`, label: 'Retry now' },
    { path: `/deliveries/${replayed}`, label: 'Replay' },
    { path: `/deliveries/${discarded}`, label: 'Discard' },
    { path: '/replay', label: /^Replay \d+$/ },
    { path: endpoint, label: 'Send a test event' },
    { path: endpoint, label: 'Disable' },
    { path: endpoint, label: 'Enable' },
    { path: endpoint, label: 'Rotate the secret' },
    { path: tenant, label: 'Create', fill: nameKey },
    { path: tenant, label: 'Revoke' },
  ]
}

/** Presses a button and waits for the page that answers. Gives the path of the form. */
async function press(page: Page, url: string, { path, label, row, fill }: Button): Promise<string> {
  await page.goto(`${url}/dashboard${path}`)
  await fill?.(page)
  const within = row === undefined ? page.locator('main') : page.getByRole('row', { name: row })
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    page.waitForEvent('load'),
    within.getByRole('button', { name: label, exact: true }).click(),
  ])
  const form = new URL(answer.url()).pathname
  expect([form, answer.status() < 400]).toEqual([form, true])
  return form
}

describe.runIf(hasChromium)('every button of the dashboard', () => {
  it.each(LOOKS)('does what it says, and leads to a page without a fault: $name', async ({ options }) => {
    const scene = await startScene()
    const browser = await launchChromium()
    onTestFinished(() => browser.close())
    const { url } = scene.service
    const { page, faults, judge } = await watchPage(browser, url, options)
    await logIn(page, url)
    const forms: string[] = []
    for (const button of buttonsOf(scene)) {
      forms.push(await press(page, url, button))
      await judge()
    }
    expect(faults).toEqual([])
    const isPressed = (route: string) => forms.some((form) => new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`).test(form))
    expect(pageRoutes.filter(({ method, path }) => method === 'post' && !isPressed(path)).map(({ path }) => path)).toEqual([])
  })
})
