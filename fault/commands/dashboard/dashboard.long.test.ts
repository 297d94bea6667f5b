import { describe, expect, it } from 'vitest'
import { hasChromium } from '../../../test/support/chromium.ts'
import { runDashboard } from './dashboard.ts'
import { STRANGERS_TEXTS } from './strangers-texts.ts'
import { failuresOfDashboard } from './verdict.ts'

describe.runIf(hasChromium)('the dashboard in a browser', () => {
  it('shows what strangers wrote as text and nothing else', { timeout: 600_000 }, async () => {
    // One of a kind: an element, an attribute, a turn of the direction, a command.
    const some = [1, 4, 27, 28].flatMap((n) => STRANGERS_TEXTS[n] ?? [])
    expect(failuresOfDashboard(await runDashboard(['walk'], some))).toEqual([])
  })
})

describe('the dashboard', () => {
  it.each(['forged', 'sessions', 'strangers'] as const)('takes nothing and tells nothing: %s', { timeout: 300_000 }, async (part) => {
    expect(failuresOfDashboard(await runDashboard([part], STRANGERS_TEXTS.slice(0, 1)))).toEqual([])
  })
})
