import { expect, test } from 'vitest'
import { systemResolve } from '../../src/webhook/resolve.ts'

test('the system resolves localhost to loopback addresses', async () => {
  const addresses = await systemResolve()('localhost')
  expect(addresses.length).toBeGreaterThan(0)
  for (const address of addresses) expect(address).toMatch(/^(127\.|::1$)/)
})

test('a look-up under way is shared, a finished one is not kept', async () => {
  const resolve = systemResolve()
  const first = resolve('localhost')
  expect(resolve('localhost')).toBe(first)
  await first
  expect(resolve('localhost')).not.toBe(first)
})
