import { describe, expect } from 'vitest'
import { hasChromium } from '../../../test/support/chromium.ts'
import { controlTest } from '../../harness/control-test.ts'
import { CONTROLS, runControl } from './dashboard.ts'

describe.runIf(hasChromium)('the dashboard', () => {
  for (const control of CONTROLS) {
    controlTest(`a build that ${control.build} is seen`, import.meta.url, async () => {
      expect((await runControl(control)).sight).toBe('seen')
    })
  }
})
