import { describe, it } from 'vitest'
import { hasChromium } from '../support/chromium.ts'
import { expectMended } from './newcomer.ts'

describe.runIf(hasChromium)('a newcomer at the dashboard', () => {
  it('gets from the first page to mended and replayed in at most 8 clicks', async () => {
    await expectMended({ jobs: 40, dead: 10, judged: false })
  })
})
