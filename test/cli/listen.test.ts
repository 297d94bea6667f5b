import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, test } from 'vitest'
import { until } from '../support/clock.ts'
import { json, problem, run, type Scripted } from './program.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const body = (n: number) => `{"type":"job.completed","timestamp":"t","data":{"id":"job_${n}","n":1234567890123456789${n}}}`
const item = (n: number) => `{"id":"evt_${n}","job_id":"job_${n}",${body(n).slice(1)}`
const page = (...events: number[]) => json(200, `{"data":[${events.map(item)}],"has_more":false,"next_cursor":null}`)
const latest = (id: string) => json(200, { data: [], has_more: false, next_cursor: id })
const held = () => new Promise<Response>(() => {})

function home(): string {
  const path = mkdtempSync(join(tmpdir(), 'ringback-listen-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function listen(base: string, events: Scripted[], receiver: Scripted[], more: { args?: string[]; terminal?: boolean; key?: string } = {}) {
  return run({
    args: ['listen', '--forward-to', 'http://local.test/hooks', ...(more.args ?? [])],
    env: { XDG_CONFIG_HOME: base, RINGBACK_API_KEY: more.key ?? 'key-1' },
    terminal: more.terminal ?? false,
    answers: {
      '/v1/events': events,
      '/v1/signing-secret': [json(200, { secret: SECRET, previous: null, previous_expires_at: null })],
      '/hooks': receiver,
    },
  })
}

const toReceiver = ({ asked }: ReturnType<typeof run>) => asked.filter(({ url }) => url.startsWith('http://local.test'))
const toFeed = ({ asked }: ReturnType<typeof run>) => asked.filter(({ path }) => path.startsWith('/v1/events'))

test('an event arrives with the bytes, the id and a signature as of the service', async () => {
  const running = listen(home(), [latest('evt_0'), page(1), held], [json(200, 'thanks\u001b[2J')])
  await until('it was told', () => running.stdout() !== '')
  running.interrupt()
  expect(await running.ended).toBe(130)
  const [sent] = toReceiver(running)
  expect(sent?.body).toBe(body(1))
  expect(sent?.headers.get('webhook-id')).toBe('evt_1')
  expect(sent?.headers.get('content-type')).toBe('application/json')
  expect(sent?.headers.get('user-agent')).toBe('Ringback/1.2.3')
  const signature = new Webhook(SECRET).sign('evt_1', new Date(running.clock.now()), body(1))
  expect(sent?.headers.get('webhook-signature')).toBe(signature)
  expect(running.stdout()).toMatch(/^job\.completed {2}evt_1 {2}job_1 {2}200 {2}0 ms {2}thanks\\x1b\[2J\n$/)
})

test('a receiver that is down or refuses gets the same event again, and no later one before', async () => {
  const base = home()
  const answers = [new TypeError('fetch failed'), json(500, ''), json(302, ''), json(204, '')]
  const running = listen(base, [latest('evt_0'), page(1, 2), held], answers)
  for (const tries of [1, 2, 3]) {
    await until(`try ${tries} has failed`, () => running.stderr().split('tried again').length > tries)
    await running.clock.push(5_000)
  }
  await until('both were taken', () => running.stdout().split('\n').length === 3)
  running.interrupt()
  await running.ended
  expect(toReceiver(running).map(({ headers }) => headers.get('webhook-id'))).toEqual(['evt_1', 'evt_1', 'evt_1', 'evt_1', 'evt_2'])
  expect(running.stderr()).toContain('not taken: 500; tried again in 1 s')
})

test('the next run goes on behind the last event that was taken, also with another key of the tenant', async () => {
  const base = home()
  const first = listen(base, [latest('evt_0'), page(1, 2), held], [json(200, ''), held])
  await until('the second is on its way', () => toReceiver(first).length === 2)
  first.interrupt()
  await first.ended
  for (const key of ['key-1', 'key-2']) {
    const next = listen(base, [latest('evt_1'), held], [], { key })
    await until('it follows', () => toFeed(next).length >= 2)
    next.interrupt()
    await next.ended
    expect(toFeed(next).map(({ path }) => path)).toEqual([expect.stringContaining('after=evt_1'), expect.stringContaining('after=evt_1')])
  }
})

test('a first run that ends before any event has stored where it began', async () => {
  const base = home()
  const first = listen(base, [latest('evt_0'), held], [])
  await until('it follows', () => toFeed(first).length === 2)
  first.interrupt()
  await first.ended
  const next = listen(base, [latest('evt_0'), page(1), held], [json(200, '')])
  await until('it was taken', () => next.stdout() !== '')
  next.interrupt()
  await next.ended
  expect(toFeed(next)[0]?.path).toContain('after=evt_0')
})

test('what --after oldest began is not forgotten when the first event was never taken', async () => {
  const base = home()
  const first = listen(base, [page(1), page(1), held], [json(500, '')], { args: ['--after', 'oldest'] })
  await until('the first try has failed', () => first.stderr().includes('tried again'))
  first.interrupt()
  await first.ended
  const next = listen(base, [page(1), page(1), held], [json(200, '')])
  await until('it was taken', () => next.stdout().includes('evt_1'))
  next.interrupt()
  await next.ended
  for (const { path } of toFeed(next).slice(0, 2)) expect(path).not.toContain('after=')
})

test('a service that does not know the stored place is told, never passed over', async () => {
  const base = home()
  const first = listen(base, [latest('evt_0'), page(1), held], [json(200, '')])
  await until('it was taken', () => first.stdout() !== '')
  first.interrupt()
  await first.ended
  const next = listen(base, [problem(404, 'not_found')], [])
  expect(await next.ended).toBe(1)
  expect(next.stderr()).toContain('--after oldest')
})

test('--json is a line for each event that was taken', async () => {
  const running = listen(home(), [latest('evt_0'), page(1), held], [json(503, ''), json(200, 'ok')], { args: ['--json'] })
  await until('the first try has failed', () => running.stderr().includes('tried again'))
  await running.clock.push(1_000)
  await until('it was taken', () => running.stdout() !== '')
  running.interrupt()
  await running.ended
  expect(JSON.parse(running.stdout())).toEqual({ id: 'evt_1', type: 'job.completed', job_id: 'job_1', status: 200, ms: 0, answer: 'ok' })
})

test('on a terminal r sends the last event again, and what waits at once; q ends with 0', async () => {
  const running = listen(home(), [latest('evt_0'), page(1), page(2), held], [json(200, ''), json(200, ''), json(500, ''), json(200, '')], {
    terminal: true,
  })
  await until('the first was taken', () => running.stdout().includes('evt_1'))
  await until('the second too', () => running.stdout().includes('evt_2'))
  running.press('r')
  await until('sent again', () => running.stderr().includes('again: job.completed  evt_2  not taken: 500'))
  expect(toReceiver(running).map(({ headers }) => headers.get('webhook-id'))).toEqual(['evt_1', 'evt_2', 'evt_2'])
  running.press('q')
  expect(await running.ended).toBe(0)
})

test('a key that may not read the secret is told what it takes, or --secret is used without asking', async () => {
  const refused = { '/v1/signing-secret': [problem(403, 'forbidden')], '/v1/events': [latest('evt_0'), held] }
  const args = ['listen', '--forward-to', 'http://local.test']
  const { ended } = run({ args, answers: refused })
  expect(await ended).toBe(4)
  const own = run({ args: [...args, '--secret', SECRET], answers: refused, env: { XDG_CONFIG_HOME: home() } })
  await until('it follows', () => toFeed(own).length === 2)
  own.interrupt()
  expect(await own.ended).toBe(130)
})
