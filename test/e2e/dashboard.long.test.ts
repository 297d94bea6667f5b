/** The dashboard in a browser: light, dark and narrow, with a keyboard, and without JavaScript. */
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { hasChromium, launchChromium } from '../support/chromium.ts'
import { ownReceiver, sharedService } from '../support/e2e.ts'
import { ADMIN_KEY } from '../support/service.ts'
import { ALONE } from '../support/topologies.ts'

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

/** A page that notes whatever a page of ours must not do. */
async function watched(browser: Browser, options: BrowserContextOptions) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => void (faults.push(`dialog: ${dialog.message()}`), dialog.dismiss()))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${running().service.url}/`)) faults.push(`elsewhere: ${request.url()}`)
  })
  return { context, page, faults }
}

async function login(page: Page): Promise<void> {
  await page.goto(`${running().service.url}/dashboard/jobs`)
  await page.fill('input[name=key]', ADMIN_KEY)
  await page.click('button:has-text("Log in")')
  await page.waitForURL('**/dashboard')
}

describe.runIf(hasChromium)('the dashboard in a browser', () => {
  it.each([
    { name: 'light', options: { colorScheme: 'light' as const, viewport: { width: 1280, height: 900 } } },
    { name: 'dark', options: { colorScheme: 'dark' as const, viewport: { width: 1280, height: 900 } } },
    { name: 'narrow', options: { viewport: { width: 390, height: 844 } } },
  ])('has no violation of accessibility or policy, no error and no request elsewhere: $name', async ({ options }) => {
    const { jobId, deliveryId } = await deadCallback()
    const { id: endpointId } = await api('POST', '/v1/endpoints', { url: 'https://partner.example/hooks', description: EVIL })
    const browser = await launchChromium()
    try {
      const { page, faults } = await watched(browser, options)
      await page.goto(`${running().service.url}/dashboard/login`)
      await judge(page, faults)
      await login(page)
      for (const path of [
        ...['', '?span=day', '/jobs', `/jobs/${jobId}`, `/jobs/${jobId}?show=payload`, '/deliveries', '/deliveries?status=dead', '/replay'],
        ...[`/deliveries/${deliveryId}`, '/destinations', '/job-types', '/endpoints', `/endpoints/${endpointId}`, '/events', '/access'],
        ...['/access/audit', '/access/sessions', '/access/tnt_default', '/jobs/job_0'],
      ]) {
        await page.goto(`${running().service.url}/dashboard${path}`)
        await judge(page, faults)
      }
      // A page that is not there is a 404, which the browser notes.
      expect(faults.filter((fault) => !/status of 404/.test(fault))).toEqual([])
    } finally {
      await browser.close()
    }
  })

  it('shows a change without being asked, and keeps what was opened', async () => {
    const browser = await launchChromium()
    try {
      const { page, faults } = await watched(browser, {})
      await login(page)
      await page.goto(`${running().service.url}/dashboard/jobs?type=e2e.echo`)
      const { id } = await api('POST', '/v1/jobs', { type: 'e2e.echo', payload: {} })
      await page.getByRole('link', { name: id }).waitFor()
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
      const { page, faults } = await watched(browser, {})
      await login(page)
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
      const { page, faults } = await watched(browser, { javaScriptEnabled: false })
      await login(page)
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
      const { page, faults } = await watched(browser, {})
      await page.goto(url)
      await page.getByText('Acme').waitFor()
      await judge(page, faults)
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

/** Adds what axe finds on the page, whether it is too wide, and what the policy has stopped. */
async function judge(page: Page, faults: string[]): Promise<void> {
  const where = new URL(page.url()).pathname
  const width = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
  if (width > 0) faults.push(`${where} is ${width} px too wide`)
  // As a debugger does it: the policy lets no page load this.
  await page.evaluate(axe.source)
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>('axe.run()')
  for (const { id, nodes } of found.violations)
    faults.push(`${where} axe ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
}
