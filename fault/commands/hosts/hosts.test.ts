import { expect, it } from 'vitest'
import { held, measureHosts, runControl } from './hosts.ts'

it('hundreds of hosts that hang, refuse, flap or answer 404 cost healthy ones little, of the same tenant and of another; without shares it shows', {
  timeout: 180_000,
  retry: 2,
}, async () => {
  expect(held(await runControl({ hosts: 300, callbacks: 2 }))).toBe(false)
  expect(held(await measureHosts({ hosts: 300, callbacks: 10 }))).toBe(true)
})
