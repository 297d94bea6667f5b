/** A page of the dashboard in a browser that notes whatever a page of ours must not do. */
import axe from 'axe-core'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { ADMIN_KEY } from './service.ts'

const WIDE = { width: 1280, height: 900 }
/** The ways in which somebody may look at the pages. */
export const LOOKS: readonly { name: string; options: BrowserContextOptions }[] = [
  { name: 'light', options: { colorScheme: 'light', viewport: WIDE } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: WIDE } },
  { name: 'narrow', options: { viewport: { width: 390, height: 844 } } },
  { name: 'without JavaScript', options: { viewport: WIDE, javaScriptEnabled: false } },
]

export interface WatchedPage {
  context: BrowserContext
  page: Page
  /** What was wrong so far. */
  faults: string[]
  /** Adds what axe finds on the page as it is (it needs JavaScript), and whether the page is too wide or has no heading. */
  judge(): Promise<void>
}

/** Opens a page for the service at this URL. A request to another host, an error, a dialog and what the policy stops are faults. */
export async function watchPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => void (faults.push(`dialog: ${dialog.message()}`), dialog.dismiss()))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) faults.push(`elsewhere: ${request.url()}`)
  })
  await context.exposeBinding('ringbackStopped', (_, what: string) => void faults.push(`policy: ${what}`))
  await context.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => ringbackStopped(event.violatedDirective + ' ' + event.blockedURI))`,
  )
  return {
    ...{ context, page, faults },
    async judge() {
      await judgeFrame(page, faults)
      if (options.javaScriptEnabled !== false) await judgeAccess(page, faults)
    },
  }
}

/** Logs in with the operator's key, and is at home then. */
export async function logIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/dashboard/login`)
  await page.fill('input[name=key]', ADMIN_KEY)
  await page.click('button:has-text("Log in")')
  await page.waitForURL('**/dashboard')
}

async function judgeFrame(page: Page, faults: string[]): Promise<void> {
  const where = new URL(page.url()).pathname
  if ((await page.locator('main h1').count()) !== 1) faults.push(`${where} has no heading`)
  const width = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
  if (width > 0) faults.push(`${where} is ${width} px too wide`)
}

async function judgeAccess(page: Page, faults: string[]): Promise<void> {
  // As a debugger does it: the policy lets no page load this.
  await page.evaluate(axe.source)
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>('axe.run()')
  for (const { id, nodes } of found.violations) {
    faults.push(`${new URL(page.url()).pathname} axe ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
  }
}
