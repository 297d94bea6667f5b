import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readHandleLimit, shareHandles } from '../../src/bootstrap/file-handles.ts'

const DEFAULTS = { connections: 10_000, callbacks: 256, jobs: 16 }

it('gives everybody what is asked for where the limit is high or cannot be told', () => {
  for (const found of [null, { limit: Number.POSITIVE_INFINITY, inUse: 60 }, { limit: 1_048_576, inUse: 60 }]) {
    expect(shareHandles(found, DEFAULTS)).toEqual({ connections: 10_000, callbacks: 256, warning: null })
  }
})

it('warns with the limit and what it allows where that is little', () => {
  const { connections, callbacks, warning } = shareHandles({ limit: 256, inUse: 60 }, DEFAULTS)
  expect(warning).toContain('256')
  expect(warning).toContain(`${connections} connections`)
  expect(warning).toContain(`${callbacks} callbacks`)
})

it('never gives out more than there is, and leaves callbacks some', () => {
  const limits = fc.record({ limit: fc.integer({ min: 200, max: 20_000 }), inUse: fc.integer({ min: 30, max: 120 }) })
  fc.assert(
    fc.property(limits, (found) => {
      const { connections, callbacks } = shareHandles(found, DEFAULTS)
      expect(found.inUse + connections + callbacks).toBeLessThan(found.limit)
      expect(callbacks).toBeGreaterThanOrEqual(4)
      expect(connections).toBeGreaterThanOrEqual(8)
    }),
  )
})

it.runIf(process.platform === 'linux')('reads the limit of this process', () => {
  expect(readHandleLimit()).toMatchObject({ limit: expect.any(Number), inUse: expect.any(Number) })
})
