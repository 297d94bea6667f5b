import { expect, it } from 'vitest'
import { heldUp, measureHosts } from './hosts.ts'

it('hundreds of hosts that hang, refuse, flap or answer 404 hold up no healthy one, of the same tenant or of another', {
  timeout: 300_000,
}, async () => {
  const report = await measureHosts({ hosts: 300, callbacks: 5 })
  expect(report.hanging).toBeGreaterThan(0)
  expect(heldUp(report)).toBe(0)
})
