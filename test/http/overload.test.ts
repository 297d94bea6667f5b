import { describe, expect, it } from 'vitest'
import { settle } from '../support/clock.ts'
import { type AppWorld, appWorld, refusal } from './app-world.ts'

/** As many as a tenant alone has inside: see `intake.ts`. */
const INSIDE = 64
const IN_LINE = 512

/** A store that takes nothing until it is told. */
async function stuck() {
  const a = await appWorld()
  const otherKey = await a.tenantKey()
  const { commit } = a.world.store
  const free = Promise.withResolvers<void>()
  let posted = 0
  a.world.store.commit = async (change) => {
    posted += 1
    await free.promise
    return commit(change)
  }
  return { a, otherKey, posted: () => posted, free: free.resolve, [Symbol.asyncDispose]: () => a[Symbol.asyncDispose]() }
}

const submit = ({ ask }: AppWorld, more: { key?: string; headers?: Record<string, string> } = {}) =>
  ask('POST', '/v1/jobs', { body: { type: 'noop' }, ...more })

describe('submits beyond what is stored at a time', () => {
  it('wait in line, and are accepted in their turn', async () => {
    await using s = await stuck()
    const all = Array.from({ length: INSIDE + 10 }, () => submit(s.a))
    await settle()
    expect(s.posted()).toBe(INSIDE)
    s.free()
    expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set([202]))
  })

  it('answer 503 with Retry-After when the line is full, and another tenant finds room', async () => {
    await using s = await stuck()
    const inside = Array.from({ length: INSIDE }, () => submit(s.a))
    await settle()
    const inLine = Array.from({ length: IN_LINE }, () => submit(s.a))
    await settle()
    const refused = await submit(s.a)
    expect(refusal(refused)).toMatchObject({ status: 503, code: 'overloaded' })
    expect(refused.headers.get('retry-after')).toBe('1')
    const other = submit(s.a, { key: s.otherKey })
    await settle()
    expect(s.posted()).toBe(INSIDE + 1)
    s.free()
    expect((await other).status).toBe(202)
    await Promise.all([...inside, ...inLine])
  })

  it('do not wait for those that only wait for the end of their jobs', async () => {
    await using a = await appWorld()
    const waiting = Array.from({ length: INSIDE + 10 }, () => submit(a, { headers: { prefer: 'wait=60' } }))
    await settle()
    expect((await submit(a)).status).toBe(202)
    await a.world.clock.push(60_000)
    await Promise.all(waiting)
  })
})

it('a tenant never has more pending jobs than its ceiling, however many come at once', async () => {
  await using a = await appWorld()
  const key = await a.tenantKey({ limits: { pending_jobs: 10 } })
  const answers = await Promise.all(Array.from({ length: 50 }, () => submit(a, { key })))
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(10)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(40)
})

it('a refusal for load is held back, any other is not', async () => {
  const heldBack: (() => void)[] = []
  await using a = await appWorld({ holdBack: () => new Promise((resolve) => heldBack.push(resolve)) })
  const key = await a.tenantKey({ limits: { submits_per_minute: 0 } })
  expect((await a.ask('POST', '/v1/jobs', { body: { type: 'unknown' } })).status).toBe(422)
  const refused = submit(a, { key })
  await settle()
  expect(heldBack).toHaveLength(1)
  heldBack[0]?.()
  expect((await refused).status).toBe(429)
})
