import { describe, expect, it } from 'vitest'
import type { SendOutcome } from '../../../src/domain/attempt.ts'
import { createTenant } from '../../../src/lifecycle/tenants/tenants.ts'
import type { SendRequest } from '../../../src/ports/sender.ts'
import { until } from '../../support/clock.ts'
import { answered, hook, type TestWorld, testWorld } from '../../support/world.ts'

const timedOut: SendOutcome = {
  kind: 'failed',
  status: null,
  error: 'timeout',
  errorCause: null,
  ms: 15_000,
  responseHeaders: {},
  responseBody: Buffer.alloc(0),
}

/** Hosts that hang until they are told to time out; every other one answers. */
function hangingHosts(w: TestWorld): { inFlight: () => number; timeOut: () => void } {
  const open = new Set<() => void>()
  w.answer = (request: SendRequest) => {
    if (!request.url.includes('//hung')) return answered(200)
    return new Promise((resolve) => {
      const end = () => (open.delete(end), resolve(timedOut))
      open.add(end)
    })
  }
  return { inFlight: () => open.size, timeOut: () => [...open][0]?.() }
}

async function submitTo(w: TestWorld, url: string, tenantId?: string): Promise<void> {
  await w.submit({ callback: { ...hook, url }, ...(tenantId ? { tenantId } : {}) })
}

const sentTo = (w: TestWorld, host: string) => w.sent.filter(({ url }) => url.startsWith(`https://${host}`)).length

describe('callbacks beside a thousand hosts that hang', () => {
  it('of another tenant go out at once, also to a destination that is new', async () => {
    await using w = await testWorld({ settings: { callback: { concurrency: 16 } } })
    const hung = hangingHosts(w)
    const other = (await createTenant(w, { name: 'other', limits: {} })).id
    w.work()
    for (let n = 0; n < 100; n++) await submitTo(w, `https://hung${n}.example/`)
    await until('the hanging hosts have what one tenant may hold for such', () => hung.inFlight() === 6)
    for (let n = 1; n <= 50; n++) {
      await submitTo(w, 'https://well.example/', other)
      await until('it went out', () => sentTo(w, 'well') === n)
    }
    expect(hung.inFlight()).toBe(6)
  })

  it('of the same tenant go out at once to a destination that has answered before', async () => {
    await using w = await testWorld({ settings: { callback: { concurrency: 16 } } })
    const hung = hangingHosts(w)
    w.work()
    await submitTo(w, 'https://well.example/')
    await until('it is known', () => sentTo(w, 'well') === 1)
    await w.clock.push(0)
    for (let n = 0; n < 100; n++) await submitTo(w, `https://hung${n}.example/`)
    await until('half of the slots hang', () => hung.inFlight() === 8)
    for (let n = 2; n <= 50; n++) {
      await submitTo(w, 'https://well.example/')
      await until('it went out', () => sentTo(w, 'well') === n)
    }
  })

  it('go on with the next host whenever one has timed out, and reach every one of them', async () => {
    await using w = await testWorld({ settings: { callback: { concurrency: 16, schedule: [], jitter: 0 } } })
    const hung = hangingHosts(w)
    w.work()
    for (let n = 0; n < 60; n++) await submitTo(w, `https://hung${n}.example/`)
    for (let n = 0; n < 60; n++) {
      await until('one is in flight', () => hung.inFlight() > 0)
      hung.timeOut()
    }
    await until('each was tried once', async () => new Set(w.sent.map(({ url }) => url)).size === 60)
    expect(w.sent).toHaveLength(60)
  })

  it('of the same tenant go out to a new destination as soon as two of the hosts before it have timed out', async () => {
    await using w = await testWorld({ settings: { callback: { concurrency: 16, schedule: [], jitter: 0 } } })
    const hung = hangingHosts(w)
    w.work()
    for (let n = 0; n < 60; n++) await submitTo(w, `https://hung${n}.example/`)
    await until('half of the slots hang', () => hung.inFlight() === 8)
    await submitTo(w, 'https://new.example/')
    await w.clock.push(0)
    for (let n = 1; n <= 2; n++) {
      const before = w.sent.length
      hung.timeOut()
      await until('the next one went out', () => w.sent.length > before)
    }
    expect(sentTo(w, 'new')).toBe(1)
  })

  it('to one hanging host go out one by one while slots are short, not eight at a time', async () => {
    await using w = await testWorld({ settings: { callback: { concurrency: 16 } } })
    hangingHosts(w)
    w.work()
    for (let n = 0; n < 5; n++) await submitTo(w, `https://hung${n}.example/`)
    for (let n = 0; n < 20; n++) await submitTo(w, 'https://hung-all.example/')
    await until('it has one', () => sentTo(w, 'hung-all') === 1)
    await w.clock.push(0)
    expect(sentTo(w, 'hung-all')).toBe(1)
  })
})
