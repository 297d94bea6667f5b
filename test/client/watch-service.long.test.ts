/** `watch()` against the streams of the real service, in a process of its own, over a connection that can be cut. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startProxy } from '../../fault/harness/proxy.ts'
import { createRng } from '../../fault/harness/rng.ts'
import { createClientOver } from '../../src/client/client.ts'
import type { FetchLike, JobDocument } from '../../src/client/index.ts'
import { systemTime } from '../../src/client/transport/time.ts'
import { setUp } from '../support/e2e.ts'
import { ADMIN_KEY, type Service } from '../support/service.ts'

/** The client's rests are over at once, and what it takes for a stream that does not get through is as long as any machine needs. */
const REST_MS = 3_000
const patient = {
  ...systemTime,
  after: (ms: number, run: () => void) => systemTime.after(ms > REST_MS ? ms * 20 : 10, run),
}

/** A running service behind a proxy, a job that reports what the test writes, and a watch over it. */
async function watched() {
  const { folder, start } = await setUp()
  const proxy = await startProxy(createRng(1))
  onTestFinished(() => proxy.close())
  let running = Promise.withResolvers<Service>()
  const lead = async () => {
    const service = await start()
    proxy.lead(Number(new URL(service.url).port))
    running.resolve(service)
    return service
  }
  const service = await lead()
  /** The `Last-Event-ID` of each stream that was asked for. */
  const streams: (string | null)[] = []
  let polls = 0
  const fetch: FetchLike = async (url, init) => {
    await running.promise
    if (url.endsWith('/events')) streams.push(new Headers(init.headers).get('last-event-id'))
    else if (init.method === 'GET') polls += 1
    return globalThis.fetch(url, init)
  }
  const client = createClientOver({ url: `http://127.0.0.1:${proxy.port}`, key: ADMIN_KEY, fetch, headers: {}, time: patient })

  const script = join(folder, 'script')
  const say = (percent: number) => {
    // In one step: the handler may read at any moment.
    writeFileSync(`${script}.next`, String(percent))
    renameSync(`${script}.next`, script)
  }
  say(0)
  // Not by the proxy, where its connection would wait to be used, and cut, again.
  const { id } = (await service.api.submit({ type: 'e2e.follow-script', payload: { script } })).json
  const states: string[] = []
  const watch = client.jobs.handle(id).watch()
  const told = ({ status, attempt, progress }: JobDocument) => `${status} ${attempt} ${progress?.percent ?? '-'}`
  return {
    proxy,
    say,
    streams,
    polls: () => polls,
    states,
    /** Reads on until it tells this state; every state on the way is kept. */
    async until(state: string) {
      for (;;) {
        const { value, done } = await watch.next()
        if (done) throw new Error(`it ended before ${state}; it told ${states.join(', ')}`)
        states.push(told(value))
        if (told(value) === state) return value
      }
    },
    ended: async () => (await watch.next()).done === true,
    async restart() {
      running = Promise.withResolvers()
      await service.kill()
      await lead()
    },
  }
}

/** The states without the first ones, which depend on how soon the job began. */
function sinceFirst(state: string, states: readonly string[]): string[] {
  return states.slice(states.indexOf(state))
}

it('tells every status and progress in order, from one stream', async () => {
  const { say, until, states, streams, polls, ended } = await watched()
  await until('running 1 0')
  for (const percent of [20, 40, 60]) {
    say(percent)
    await until(`running 1 ${percent}`)
  }
  say(100)
  const { result } = await until('completed 1 100')
  expect(await ended()).toBe(true)
  expect(result).toEqual({ attempt: 1 })
  const whole = ['running 1 0', 'running 1 20', 'running 1 40', 'running 1 60', 'completed 1 100']
  // The last progress may be told before the end that follows it.
  expect(sinceFirst('running 1 0', states).filter((state) => state !== 'running 1 100')).toEqual(whole)
  expect([streams, polls()]).toEqual([[null], 0])
})

it('goes on behind the last frame when its connection is cut, and tells nothing twice', async () => {
  const { proxy, say, until, states, streams, polls, ended } = await watched()
  await until('running 1 0')
  for (const percent of [20, 40, 60]) {
    proxy.sever(1)
    // What tells it is cut somewhere; a frame that has not come whole comes on the next stream.
    say(percent)
    await until(`running 1 ${percent}`)
  }
  say(100)
  await until('completed 1 100')
  expect(await ended()).toBe(true)
  const whole = ['running 1 0', 'running 1 20', 'running 1 40', 'running 1 60', 'completed 1 100']
  expect(sinceFirst('running 1 0', states).filter((state) => state !== 'running 1 100')).toEqual(whole)
  expect(proxy.cuts).toBeGreaterThan(0)
  expect(streams).toHaveLength(proxy.cuts + 1)
  expect(streams.slice(1)).not.toContain(null)
  expect(polls()).toBe(0)
})

it('goes on when the service is killed and comes back, where the job begins anew', async () => {
  const { say, until, states, streams, polls, ended, restart } = await watched()
  await until('running 1 0')
  say(40)
  await until('running 1 40')
  await restart()
  await until('running 2 40')
  say(100)
  const { result } = await until('completed 2 100')
  expect(await ended()).toBe(true)
  expect(result).toEqual({ attempt: 2 })
  const attempts = states.map((state) => Number(state.split(' ')[1]))
  expect(attempts).toEqual(attempts.toSorted((a, b) => a - b))
  expect(states.filter((state) => state.startsWith('completed'))).toHaveLength(1)
  expect(new Set(states).size).toBe(states.length)
  expect(streams.slice(1)).not.toContain(null)
  expect(polls()).toBe(0)
})
