/** What somebody does who sees the dashboard for the first time: from what needs somebody to "mended and replayed". */
import type { Locator, Page } from 'playwright-core'
import type { Troubles } from './troubles.ts'

/** Longer than a breaker's pause lasts. */
const PATIENCE_MS = 90_000

/** One click, and what is to be seen then. */
interface Step {
  name: string
  click(page: Page): Locator
  shows(page: Page): Locator
  /** What somebody else does before. */
  before?(troubles: Troubles): void
}

const inMenu = (page: Page, label: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: label, exact: true })
const inTable = (page: Page, table: string, name: string | RegExp) => page.getByRole('region', { name: table }).getByRole('link', { name })
const button = (page: Page, name: string | RegExp) => page.locator('main').getByRole('button', { name })

/** The clicks, one after the other, from the home page on. */
const STEPS: readonly Step[] = [
  {
    name: 'overdue-job',
    click: (page) => inTable(page, 'Overdue jobs', /^job_/),
    shows: (page) => button(page, 'Cancel'),
  },
  {
    name: 'job-canceled',
    click: (page) => button(page, 'Cancel'),
    shows: (page) => page.locator('main .badge.canceled').first(),
  },
  {
    name: 'dead-letters',
    click: (page) => inMenu(page, 'Dead letters'),
    shows: (page) => inTable(page, 'Deliveries', /^dlv_/).first(),
  },
  {
    name: 'why-it-is-dead',
    click: (page) => inTable(page, 'Deliveries', /^dlv_/).first(),
    shows: (page) => page.getByRole('heading', { name: 'Why it has not arrived' }),
  },
  {
    name: 'dead-letters-again',
    click: (page) => inMenu(page, 'Dead letters'),
    shows: (page) => page.getByRole('link', { name: 'Replay all that match…' }),
  },
  {
    name: 'replay-preview',
    // The partner was told why, and has mended their receivers.
    before: (troubles) => troubles.mend(),
    click: (page) => page.getByRole('link', { name: 'Replay all that match…' }),
    shows: (page) => button(page, /^Replay \d+$/),
  },
  {
    name: 'replayed',
    click: (page) => button(page, /^Replay \d+$/),
    shows: (page) => page.getByRole('status').filter({ hasText: 'moved, 0 skipped' }),
  },
  {
    name: 'nothing-left',
    click: (page) => inMenu(page, 'Home'),
    shows: (page) => page.getByText('None: every destination answers.'),
  },
]

/** Walks from the home page on, and calls `look` at home and after every click. Gives the number of clicks. */
export async function walkAsNewcomer(page: Page, troubles: Troubles, look: (name: string) => Promise<void>): Promise<number> {
  page.setDefaultTimeout(PATIENCE_MS)
  await page.getByRole('region', { name: 'Overdue jobs' }).waitFor()
  await look('home')
  let clicks = 0
  for (const step of STEPS) {
    step.before?.(troubles)
    await step.click(page).click()
    clicks += 1
    await step.shows(page).waitFor()
    await look(step.name)
  }
  return clicks
}
