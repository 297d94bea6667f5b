import { describe, it } from 'vitest'
import { hasChromium } from '../support/chromium.ts'
import { LOOKS } from '../support/watched-page.ts'
import { expectMended } from './newcomer.ts'

describe.runIf(hasChromium)('a newcomer with 500 jobs, 100 dead letters of two reasons, a stuck job and an open breaker', () => {
  it.each(LOOKS.filter(({ options }) => options.javaScriptEnabled !== false))(
    'gets from the first page to mended and replayed in at most 8 clicks: $name',
    async ({ options }) => {
      await expectMended({ jobs: 500, dead: 100, judged: true }, options)
    },
  )
})
