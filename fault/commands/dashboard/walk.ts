/** A browser on every page with strangers' texts: as the pages are served, and once more without their policy, on their escaping alone. */
import type { Browser, BrowserContext } from 'playwright-core'
import { launchChromium } from '../../../test/support/chromium.ts'
import { ADMIN_KEY } from '../../../test/support/service.ts'
import { ask, login } from './client.ts'
import { judgement, type PageSeen, REFRESH } from './judge-page.ts'
import { downloadsOf, pagesToWalk, routesWithout } from './pages.ts'
import { strayWords } from './run-commands.ts'
import type { Scene } from './scene.ts'
import type { WalkSeen } from './verdict.ts'

interface Found {
  executions: Set<string>
  traces: Set<string>
  shown: Set<number>
  commands: Set<string>
  pages: number
}

/** Walks. `policies` says with which of the two. */
export async function walk(scene: Scene, policies: readonly ('with' | 'without')[] = ['with', 'without']): Promise<WalkSeen> {
  const { service, written } = scene
  const paths = pagesToWalk(written)
  const found: Found = { executions: new Set(), traces: new Set(), shown: new Set(), commands: new Set(), pages: 0 }
  const browser = await launchChromium()
  try {
    await Promise.all(policies.map((policy) => walkOnce(browser, scene, paths, policy === 'without', found)))
  } finally {
    await browser.close()
  }
  const downloads = written.flatMap(downloadsOf)
  const cookie = await login(service.url, ADMIN_KEY)
  for (const path of downloads) {
    const answer = await ask(service.url, { path, headers: { cookie } })
    const isSafe = /^attachment/.test(answer.header('content-disposition') ?? '') && answer.header('x-content-type-options') === 'nosniff'
    if (!isSafe || !/^sandbox/.test(answer.header('content-security-policy') ?? '')) found.traces.add(`${path} is shown and not saved`)
  }
  for (const stray of strayWords([...found.commands])) found.traces.add(`a command does more: ${stray}`)
  return {
    pages: found.pages,
    texts: written.length,
    shown: found.shown.size,
    commands: found.commands.size,
    executions: [...found.executions],
    traces: [...found.traces],
    unwalked: routesWithout([...paths, ...downloads]),
  }
}

async function walkOnce(browser: Browser, scene: Scene, paths: readonly string[], bypassCSP: boolean, found: Found): Promise<void> {
  const { service, written, portalLink } = scene
  const context = await browser.newContext({ bypassCSP, viewport: { width: 1280, height: 900 } })
  const [name = '', value = ''] = (await login(service.url, ADMIN_KEY)).split('=')
  await context.addCookies([{ name, value, url: service.url }])
  const visit = await visitorOf(context, scene, bypassCSP, found)
  for (const path of paths) await visit(path)
  for (const { tenantId } of written) {
    const { pathname, hash } = new URL(await portalLink(tenantId))
    // The page sends its form by itself, and is then the one that names the tenant.
    await visit(pathname + hash, 'button:has-text("Open")')
  }
  await context.close()
}

/** A visit notes what the page has done; with a selector once that is there. */
async function visitorOf(context: BrowserContext, { service, written }: Scene, bypassCSP: boolean, found: Found) {
  const page = await context.newPage()
  let path = ''
  const how = bypassCSP ? ' (without the policy)' : ''
  await context.exposeBinding('ringbackRan', (_, n: number) => void found.executions.add(`${path}${how}: text ${n}`))
  page.on('dialog', (dialog) => void (found.executions.add(`${path}${how}: a dialog`), dialog.dismiss()))
  page.on('pageerror', ({ message }) => found.traces.add(`${path}${how}: ${message}`))
  page.on('console', (message) => {
    // The refusals that are walked to are errors to a browser as well.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) found.traces.add(`${path}${how}: ${message.text()}`)
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(`${service.url}/`)) found.traces.add(`${path}${how}: a request to ${request.url()}`)
  })
  const judge = judgement(written.map(({ text }) => text))
  return async (to: string, selector?: string) => {
    path = to.replace(/#.*/, '')
    await page.goto(service.url + to)
    if (selector !== undefined) await page.locator(selector).waitFor()
    const rounds = (await page.evaluate<boolean>(`document.querySelector('#live') !== null`)) ? [false, true] : [false]
    for (const isAgain of rounds) {
      if (isAgain) await page.evaluate(REFRESH)
      const { traces, shown, commands } = await page.evaluate<PageSeen>(judge)
      for (const trace of traces) found.traces.add(`${path}: ${trace}`)
      for (const n of shown) found.shown.add(n)
      for (const command of commands) found.commands.add(command)
    }
    found.pages += 1
  }
}
