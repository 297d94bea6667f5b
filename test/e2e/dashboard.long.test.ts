/** The pages of the dashboard in a browser: light, dark and narrow, with a keyboard, and without JavaScript. */
import { describe, expect, it } from 'vitest'
import { hasChromium, launchChromium } from '../support/chromium.ts'
import { ownReceiver, sharedService } from '../support/e2e.ts'
import { ADMIN_KEY } from '../support/service.ts'
import { ALONE } from '../support/topologies.ts'
import { LOOKS, logIn, watchPage } from '../support/watched-page.ts'

const running = sharedService(ALONE, { CALLBACK_ALLOW: 'loopback', CALLBACK_RETRY_SCHEDULE: '1h' })
const EVIL = '<img src=x onerror=alert(1)>'

async function api(method: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' }
  const answer = await fetch(`${running().service.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  // biome-ignore lint/suspicious/noExplicitAny: tests judge documents, they do not build on them
  return (await answer.json()) as any
}

/** A job that has ended, with a callback that was refused for good. */
async function deadCallback(): Promise<{ jobId: string; deliveryId: string }> {
  const receiver = await ownReceiver()
  receiver.answer(() => ({ status: 410, headers: { 'x-answer': EVIL } }))
  const body = { type: 'e2e.echo', payload: { text: EVIL }, tags: [EVIL], callback_url: receiver.url('/hooks') }
  const { id } = await api('POST', '/v1/jobs', body)
  await api('GET', `/v1/jobs/${id}?wait=60`)
  for (;;) {
    const { data } = await api('GET', `/v1/deliveries?job_id=${id}&status=dead`)
    if (data.length > 0) return { jobId: id, deliveryId: data[0].id }
  }
}

describe.runIf(hasChromium)('the dashboard in a browser', () => {
  it.each(LOOKS)('has no violation of accessibility or policy, no error and no request elsewhere: $name', async ({ options }) => {
    const { jobId, deliveryId } = await deadCallback()
    const { id: endpointId } = await api('POST', '/v1/endpoints', { url: 'https://partner.example/hooks', description: EVIL })
    const browser = await launchChromium()
    try {
      const { page, faults, judge } = await watchPage(browser, running().service.url, options)
      await page.goto(`${running().service.url}/dashboard/login`)
      await judge()
      await logIn(page, running().service.url)
      for (const path of [
        ...['', '?span=day', '/jobs', `/jobs/${jobId}`, `/jobs/${jobId}?show=payload`, '/deliveries', '/deliveries?status=dead', '/replay'],
        ...[`/deliveries/${deliveryId}`, '/destinations', '/job-types', '/endpoints', `/endpoints/${endpointId}`, '/events', '/access'],
        ...['/access/audit', '/access/sessions', '/access/tnt_default', '/jobs/job_0'],
      ]) {
        await page.goto(`${running().service.url}/dashboard${path}`)
        await judge()
      }
      // A page that is not there is a 404, which the browser notes.
      expect(faults.filter((fault) => !/status of 404/.test(fault))).toEqual([])
    } finally {
      await browser.close()
    }
  })

  it('is watched: what the policy stops is a fault', async () => {
    const browser = await launchChromium()
    try {
      const { page, faults } = await watchPage(browser, running().service.url)
      await logIn(page, running().service.url)
      await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=color:red>red</p>')")
      await page.waitForFunction('true')
      expect(faults).toContainEqual(expect.stringMatching(/^policy: style-src-attr/))
    } finally {
      await browser.close()
    }
  })

  it('shows a change without being asked, and keeps what was opened', async () => {
    const browser = await launchChromium()
    try {
      const { page, faults } = await watchPage(browser, running().service.url)
      await logIn(page, running().service.url)
      await page.goto(`${running().service.url}/dashboard/jobs?type=e2e.echo`)
      const { id } = await api('POST', '/v1/jobs', { type: 'e2e.echo', payload: {} })
      await page.getByRole('link', { name: id }).waitFor()
      await page.getByRole('row', { name: id }).getByText('completed').waitFor()
      expect(faults).toEqual([])
    } finally {
      await browser.close()
    }
  })

  it('shows what changed between the page and the beginning of its stream', async () => {
    const browser = await launchChromium()
    try {
      const { page, faults } = await watchPage(browser, running().service.url)
      await logIn(page, running().service.url)
      const changed = Promise.withResolvers<void>()
      await page.route('**/dashboard/live', async (route) => {
        await changed.promise
        await route.continue()
      })
      await page.goto(`${running().service.url}/dashboard/jobs?type=e2e.echo`)
      const { id } = await api('POST', '/v1/jobs', { type: 'e2e.echo', payload: {} })
      await running().service.api.jobUntil(id, ({ status }) => status === 'completed')
      changed.resolve()
      await page.getByRole('row', { name: id }).getByText('completed').waitFor()
      expect(faults).toEqual([])
    } finally {
      await browser.close()
    }
  })

  it('can be used with the keyboard alone', async () => {
    const { jobId } = await deadCallback()
    const browser = await launchChromium()
    try {
      const { page, faults } = await watchPage(browser, running().service.url)
      await logIn(page, running().service.url)
      await page.keyboard.press('/')
      await page.keyboard.type(jobId)
      await page.keyboard.press('Enter')
      await page.waitForURL(`**/dashboard/jobs/${jobId}`)
      await page.goto(`${running().service.url}/dashboard/deliveries?status=dead`)
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/dashboard/deliveries/dlv_*')
      expect(faults).toEqual([])
    } finally {
      await browser.close()
    }
  })

  it('works without JavaScript: filter, look, replay', async () => {
    const { jobId, deliveryId } = await deadCallback()
    const browser = await launchChromium()
    try {
      const { page, faults } = await watchPage(browser, running().service.url, { javaScriptEnabled: false })
      await logIn(page, running().service.url)
      await page.goto(`${running().service.url}/dashboard/deliveries`)
      await page.selectOption('select[name=status]', 'dead')
      await page.fill('input[name=job_id]', jobId)
      await page.click('button:has-text("Filter")')
      await page.click(`a:has-text("${deliveryId}")`)
      await page.click('button:has-text("Replay")')
      await page.waitForURL('**?done=replayed')
      await page.click('button:has-text("Log out")')
      await page.waitForURL('**/dashboard/login')
      expect(faults).toEqual([])
    } finally {
      await browser.close()
    }
  })

  it('opens a portal link once, after it has asked', async () => {
    const { id } = await api('POST', '/v1/tenants', { name: 'Acme' })
    const { url } = await api('POST', `/v1/tenants/${id}/portal-links`, { expires_in_seconds: 600, read_only: true })
    const browser = await launchChromium()
    try {
      const { page, faults, judge } = await watchPage(browser, running().service.url)
      await page.goto(url)
      await page.getByText('Acme').waitFor()
      await judge()
      await page.click('button:has-text("Open")')
      await page.waitForURL('**/dashboard')
      await page.goto(`${running().service.url}/dashboard/jobs`)
      await page.getByText('No job fits.').waitFor()
      expect(faults).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
