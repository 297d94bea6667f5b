/** The walk of a newcomer as a test. */
import type { BrowserContextOptions } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { walkAsNewcomer } from '../support/troubles/newcomers-walk.ts'
import { startTroubles } from '../support/troubles/troubles.ts'
import { logIn, watchPage } from '../support/watched-page.ts'

/** From the first page to "mended and replayed". */
const MOST_CLICKS = 8

/** Walks through troubles of this size and judges what is left at the end; with `judged` every page on the way, too. */
export async function expectMended(
  size: { jobs: number; dead: number; judged: boolean },
  options: BrowserContextOptions = {},
): Promise<void> {
  const troubles = await startTroubles(size)
  onTestFinished(troubles.close)
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  const { service, stuckId } = troubles
  const { page, faults, judge } = await watchPage(browser, service.url, options)
  await logIn(page, service.url)
  const seen = new Map<string, string>()
  const clicks = await walkAsNewcomer(page, troubles, async (name) => {
    if (size.judged) await judge()
    seen.set(name, (await page.locator('main').textContent()) ?? '')
  })
  expect(clicks).toBeLessThanOrEqual(MOST_CLICKS)
  expect(faults).toEqual([])
  const home = seen.get('home') ?? ''
  for (const told of ['gone', 'exhausted', stuckId]) expect(home).toContain(told)
  expect(seen.get('replayed')).toContain(`${size.dead} moved, 0 skipped`)

  for (const told of ['None: every callback has arrived or is on its way.', 'None: no job runs for longer']) {
    await page.getByText(told).waitFor()
  }
  expect((await service.api.call('GET', '/v1/dead-letters/summary')).json.data).toEqual([])
  expect((await service.api.call('GET', `/v1/jobs/${stuckId}`)).json.status).toBe('canceled')
}
