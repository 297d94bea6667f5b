/** A browser for tests of pages: Debian's, which sends nothing to hosts other than the page's own. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PROGRAM = '/usr/bin/chromium'
const QUIET = [
  'no-sandbox',
  'disable-gpu',
  'disable-quic',
  'no-first-run',
  'disable-background-networking',
  'disable-component-update',
  'disable-sync',
]

/** CI fails where it is missing; elsewhere the tests that need it say that they are skipped. */
export const hasChromium = existsSync(PROGRAM) || process.env.CI === 'true'
if (!hasChromium) console.warn(`skipped: tests of pages need ${PROGRAM} (apt-get install chromium)`)

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: QUIET.map((flag) => `--${flag}`) })
}
