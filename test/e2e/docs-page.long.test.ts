import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { EXAMPLE_HANDLERS } from '../../src/config/load.ts'
import { hasChromium, launchChromium } from '../support/chromium.ts'
import { sharedService } from '../support/e2e.ts'
import { ADMIN_KEY } from '../support/service.ts'
import { ALONE } from '../support/topologies.ts'

const running = sharedService(ALONE, { HANDLERS_DIR: EXAMPLE_HANDLERS })

/** In the page. */
const TOPS = `['#start', '#reference', '#errors'].map((id) => document.querySelector(id).getBoundingClientRect().top)`
const OVERFLOW = 'document.documentElement.scrollWidth - innerWidth'

it('the first command of the API page is taken as it is pasted', async () => {
  const { url } = running().service
  const page = await (await fetch(`${url}/docs`)).text()
  const [, escaped = ''] = /<pre id="submit"><code>([\s\S]+?)<\/code>/.exec(page) ?? []
  const command = escaped.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&')
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: { PATH: process.env.PATH, KEY: ADMIN_KEY } })
  expect(stdout).toMatch(/^HTTP\/1.1 202 Accepted/)
})

it.runIf(hasChromium)('the API page works in a browser: offline, under its policy, on a narrow screen', async () => {
  const { url } = running().service
  const browser = await launchChromium()
  try {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
    page.setDefaultTimeout(60_000)
    const complaints: string[] = []
    const elsewhere: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => {
      if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:')) elsewhere.push(request.url())
    })
    await page.goto(`${url}/`)

    await page.locator('.auth-wrapper .authorize').first().click()
    await page.locator('.auth-container input').fill(ADMIN_KEY)
    await page.locator('.auth-btn-wrapper .authorize').click()
    await page.locator('.auth-btn-wrapper .btn-done').click()

    const submit = page.locator('#operations-Jobs-submitJob')
    await submit.locator('.opblock-summary-control').click()
    await submit.locator('.try-out__btn').click()
    await submit.locator('.execute').click()
    await submit.locator('.live-responses-table .response-col_status', { hasText: '202' }).first().waitFor()

    const [first, reference, errors] = (await page.evaluate(`scrollTo(0, 0); ${TOPS}`)) as [number, number, number]
    expect(first).toBeLessThan(200)
    expect(first < reference && reference < errors).toBe(true)
    expect({ overflow: await page.evaluate(OVERFLOW), complaints, elsewhere }).toEqual({ overflow: 0, complaints: [], elsewhere: [] })
  } finally {
    await browser.close()
  }
})
