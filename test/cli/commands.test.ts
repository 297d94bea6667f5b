import { describe, expect, test } from 'vitest'
import { verify } from '../../src/client/verify.ts'
import { type Asked, job, json, problem, run } from './program.ts'

const JOB = '/v1/jobs/job_1'
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const running = (percent: number) => job({ status: 'running', progress: { percent, stage: 'paying', message: null, steps: [] } })
const completed =
  '{"id":"job_1","type":"mail.send","status":"completed","attempt":1,"progress":null,"error":null,"result":12345678901234567890}'

describe('jobs submit', () => {
  test('sends the payload byte for byte with what the flags say, and prints the id', async () => {
    const { ended, asked, stdout, stderr } = run({
      args: ['jobs', 'submit', 'mail.send', '--payload', '-', '--tag', 'a', '--tag', 'b', '--metadata', 'order=4=2'].concat([
        '--priority',
        '-5',
        '--idempotency-key',
        'k1',
        '--run-at',
        '2026-12-01T00:00:00.000Z',
        '--callback-url',
        'https://x.example/h',
        '--group',
        'night',
      ]),
      stdin: '{"n":12345678901234567890, "a":1.0}',
      answers: { '/v1/jobs': [json(202, job())] },
    })
    expect(await ended).toBe(0)
    expect({ out: stdout(), err: stderr() }).toEqual({ out: 'job_1\n', err: '' })
    const [request] = asked
    expect(request?.headers.get('idempotency-key')).toBe('k1')
    expect(request?.headers.get('authorization')).toBe('Bearer key-1')
    expect(request?.body).toContain('"payload":{"n":12345678901234567890, "a":1.0}')
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      type: 'mail.send',
      tags: ['a', 'b'],
      metadata: { order: '4=2' },
      priority: -5,
      run_at: '2026-12-01T00:00:00.000Z',
      callback_url: 'https://x.example/h',
      group: 'night',
    })
  })

  test('with --wait and --json prints nothing but the last document, as the service wrote it', async () => {
    const answers = {
      '/v1/jobs': [json(202, job())],
      [JOB]: [json(200, running(10)), json(200, running(50)), json(200, completed)],
      [`${JOB}/events`]: [problem(404, 'not_found')],
    }
    const { ended, clock, stdout } = run({ args: ['jobs', 'submit', 'mail.send', '--wait', '--json'], answers })
    await clock.push(10_000)
    expect(await ended).toBe(0)
    expect(stdout()).toBe(`${completed}\n`)
  })

  test('with --wait tells the progress in lines where there is no terminal, then the result', async () => {
    const answers = {
      '/v1/jobs': [json(202, job())],
      [JOB]: [json(200, running(10)), json(200, running(50)), json(200, job({ status: 'completed' }))],
      [`${JOB}/events`]: [problem(404, 'not_found')],
      [`${JOB}/result`]: [json(200, '{"n":12345678901234567890}')],
    }
    const { ended, clock, stdout, stderr } = run({ args: ['jobs', 'submit', 'mail.send', '--wait'], answers })
    await clock.push(10_000)
    expect(await ended).toBe(0)
    expect(stdout()).toBe('job_1\n{"n":12345678901234567890}\n')
    expect(stderr().split('\n')).toEqual(['job_1  running  10 %  paying', 'job_1  running  50 %  paying', 'job_1  completed', ''])
  })

  test('with --wait draws one line over itself on a terminal, and takes it away', async () => {
    const answers = {
      '/v1/jobs': [json(202, job())],
      [JOB]: [json(200, running(50)), json(200, job({ status: 'completed' }))],
      [`${JOB}/events`]: [problem(404, 'not_found')],
      [`${JOB}/result`]: [json(200, '1')],
    }
    const { ended, clock, stderr } = run({ args: ['jobs', 'submit', 'mail.send', '--wait'], answers, terminal: true })
    await clock.push(10_000)
    await ended
    expect(stderr()).toContain(`\r\u001b[2K[${'█'.repeat(12)}${'░'.repeat(12)}]  running  50 %`)
    expect(stderr().endsWith('\r\u001b[2K')).toBe(true)
    expect(stderr()).not.toContain('\n')
  })

  test('with --wait a service that restarts behind the end of the job is asked again for its document and its result', async () => {
    const gone = new TypeError('fetch failed')
    const end = json(200, job({ status: 'completed' }))
    const answers = {
      '/v1/jobs': [json(202, job())],
      [JOB]: [json(200, running(50)), end, gone, problem(503, 'store_unavailable'), end],
      [`${JOB}/events`]: [problem(404, 'not_found')],
      [`${JOB}/result`]: [gone, json(200, '17')],
    }
    const { ended, clock, stdout } = run({ args: ['jobs', 'submit', 'mail.send', '--wait'], answers })
    await clock.push(30_000)
    expect([await ended, stdout()]).toEqual([0, 'job_1\n17\n'])
  })

  test('--wait takes its seconds behind = alone, so that the type may follow it', async () => {
    const answers = { '/v1/jobs': [json(202, job())], [JOB]: [json(200, running(1))], [`${JOB}/events`]: [problem(404, 'not_found')] }
    const { ended, clock, asked } = run({ args: ['jobs', 'submit', '--wait=3', 'mail.send'], answers })
    await clock.push(20_000)
    expect(await ended).toBe(6)
    expect(JSON.parse(asked[0]?.body ?? '').type).toBe('mail.send')
  })
})

test('jobs result gives the very bytes where there is no terminal, and harmless text where there is one', async () => {
  const result = () => new Response('"\u202e\u001b[31m"', { headers: { 'content-type': 'text/plain' } })
  const plain = run({ args: ['jobs', 'result', 'job_1'], answers: { [`${JOB}/result`]: [result()] } })
  expect(await plain.ended).toBe(0)
  expect(plain.stdout()).toBe('"\u202e\u001b[31m"')
  const shown = run({ args: ['jobs', 'result', 'job_1'], answers: { [`${JOB}/result`]: [result()] }, terminal: true })
  await shown.ended
  expect(shown.stdout()).toBe('"\\u{202e}\\x1b[31m"\n')
})

test('lists are tables for people, the page itself with --json, and say how to go on', async () => {
  const page = json(200, { data: [job({ type: 'a\u001b]0;x\u0007' })], has_more: true, next_cursor: 'c2' })
  const table = run({
    args: ['jobs', 'list', '--status', 'pending', '--error-code', 'timeout', '--limit', '1'],
    answers: { '/v1/jobs': [page] },
  })
  expect(await table.ended).toBe(0)
  expect(table.asked[0]?.path).toBe('/v1/jobs?status=pending&error_code=timeout&limit=1')
  expect(table.stdout()).toMatch(/^id +status +type/)
  expect(table.stdout()).toContain('a\\x1b]0;x\\x07')
  expect(table.stderr()).toBe('There are more: --cursor c2\n')
  const document = run({ args: ['--json', 'jobs', 'list'], answers: { '/v1/jobs': [page] } })
  await document.ended
  expect(JSON.parse(document.stdout())).toMatchObject({ has_more: true, data: [{ id: 'job_1' }] })
  expect(document.stderr()).toBe('')
})

test('colour is for terminals, and NO_COLOR takes it away', async () => {
  const answers = { '/v1/jobs': [json(200, { data: [job()], has_more: false, next_cursor: null })] }
  const outputs = [{ terminal: true }, { terminal: true, env: { NO_COLOR: '1' } }, { terminal: true, env: { TERM: 'dumb' } }, {}].map(
    async (more) => {
      const { ended, stdout } = run({ args: ['jobs', 'list'], answers, ...more })
      await ended
      return stdout().includes('\u001b[')
    },
  )
  expect(await Promise.all(outputs)).toEqual([true, false, false, false])
})

describe('dead-letters replay', () => {
  const by = [{ destination: 'https://a.example', reason: 'exhausted', count: 7 }]
  const preview = json(200, { would_replay: 7, by, as_of: '2026-01-01T00:00:00.000Z' })
  const moved = (replayed: number, has_more: boolean) => json(202, { replayed, skipped: 1, has_more })
  const answers = { '/v1/dead-letters/replay': [preview, moved(5, true), moved(2, false)] }
  const pin = (expect: number) => ({ as_of: '2026-01-01T00:00:00.000Z', expect })
  const bodies = (asked: readonly Asked[]) => asked.map(({ body }) => JSON.parse(body))

  test('--dry-run counts what the filter means, and moves nothing', async () => {
    const { ended, asked, stdout } = run({ args: ['dead-letters', 'replay', '--dry-run', '--reason', 'gone', '--tenant', '*'], answers })
    expect(await ended).toBe(0)
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /v1/dead-letters/replay?tenant=*'])
    expect(bodies(asked)).toEqual([{ filter: { reason: 'gone' }, dry_run: true }])
    expect(stdout()).toContain('https://a.example')
  })

  test('--yes moves what there was when it began, call by call until there is no more of it', async () => {
    const { ended, asked, stdout } = run({ args: ['dead-letters', 'replay', '--yes', '--reason', 'gone', '--json'], answers })
    expect(await ended).toBe(0)
    const filter = { reason: 'gone' }
    expect(bodies(asked).slice(1)).toEqual([
      { filter, ...pin(7) },
      { filter, ...pin(2) },
    ])
    expect(JSON.parse(stdout())).toEqual({ replayed: 7, skipped: 1, has_more: false })
  })

  test('what dies again while it is replayed is not sent a second time: no more than was counted is asked for', async () => {
    const { ended, asked } = run({
      args: ['dead-letters', 'replay', '--yes'],
      answers: { '/v1/dead-letters/replay': [preview, moved(7, true)] },
    })
    expect(await ended).toBe(0)
    expect(asked).toHaveLength(2)
  })

  test.each([
    ['y', 0, [{ filter: { all: true }, ...pin(7) }]],
    ['', 1, []],
  ])('on a terminal shows what it means and asks: %j moves that and nothing that died since', async (typed, code, replays) => {
    const { ended, asked, stderr } = run({
      args: ['dead-letters', 'replay'],
      answers: { '/v1/dead-letters/replay': [preview, moved(7, false)] },
      terminal: true,
      typed: [typed],
    })
    expect(await ended).toBe(code)
    expect(bodies(asked).slice(1)).toEqual(replays)
    expect(stderr()).toContain('Send 7 again?')
  })

  test('when more would move than was shown, nothing does, and the exit code says so', async () => {
    const { ended, stderr } = run({
      args: ['dead-letters', 'replay'],
      answers: { '/v1/dead-letters/replay': [preview, problem(409, 'conflict')] },
      terminal: true,
      typed: ['yes'],
    })
    expect(await ended).toBe(1)
    expect(stderr()).toContain('conflict')
  })

  test('asks nothing where there is nothing to send', async () => {
    const { ended, asked, stderr } = run({
      args: ['dead-letters', 'replay'],
      answers: { '/v1/dead-letters/replay': [json(200, { would_replay: 0, by: [], as_of: 'x' })] },
      terminal: true,
    })
    expect([await ended, asked.length, stderr()]).toEqual([0, 1, ''])
  })
})

test('events tail prints each item of the feed in a line, with the bytes that the callback had', async () => {
  const item = '{"id":"evt_2","job_id":"job_1","type":"job.completed","timestamp":"t","data":{"id":"job_1","n":12345678901234567890}}'
  const answers = {
    '/v1/events': [
      json(200, { data: [], has_more: false, next_cursor: 'evt_1' }),
      json(200, `{"data":[${item}],"has_more":false,"next_cursor":null}`),
      () => new Promise<Response>(() => {}),
    ],
  }
  const { ended, clock, interrupt, stdout, asked } = run({ args: ['events', 'tail', '--json'], answers })
  await clock.push(0)
  interrupt()
  await ended
  expect(stdout()).toBe(`${item}\n`)
  expect(asked.map(({ path }) => path)[0]).toContain('after=latest')
  expect(asked.map(({ path }) => path)[1]).toContain('after=evt_1')
})

test('an event that is about no job is listed with the endpoint, group or destination it is about', async () => {
  const event = (type: string, data: object) => ({ id: 'evt_1', job_id: null, type, timestamp: 't', data })
  const data = [
    event('endpoint.disabled', { id: 'ep_1' }),
    event('group.completed', { name: 'night' }),
    event('destination.failing', { destination: 'https://a.example' }),
  ]
  const { ended, stdout } = run({
    args: ['events', 'list'],
    answers: { '/v1/events': [json(200, { data, has_more: false, next_cursor: null })] },
  })
  expect(await ended).toBe(0)
  expect(
    stdout()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/ +/).at(-1)),
  ).toEqual(['ep_1', 'night', 'https://a.example'])
})

test('tenants portal-link prints the link alone, and says how long it is good', async () => {
  const link = { url: 'https://ringback.test/dashboard/portal#1', expires_at: '2026-01-01T01:00:00.000Z' }
  const { ended, asked, stdout, stderr } = run({
    args: ['tenants', 'portal-link', 'tnt_1', '--expires-in', '3600', '--read-only', 'false'],
    answers: { 'POST /v1/tenants/tnt_1/portal-links': [json(201, link)] },
  })
  expect([await ended, stdout()]).toEqual([0, `${link.url}\n`])
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ expires_in_seconds: 3600, read_only: false })
  expect(stderr()).toContain(link.expires_at)
})

test('what sign prints, verify takes and the standard verifies', async () => {
  const body = '{"type":"job.completed"}'
  const signed = run({ args: ['sign', '--secret', SECRET, '--id', 'evt_1', '--json'], stdin: body })
  expect(await signed.ended).toBe(0)
  const headers = JSON.parse(signed.stdout())
  await expect(verify(body, headers, SECRET, { toleranceSeconds: 1e9 })).resolves.toMatchObject({ type: 'job.completed' })
  const flags = ['-H', `Webhook-Id: evt_1`, '--timestamp', headers['webhook-timestamp'], '--signature', headers['webhook-signature']]
  const args = ['verify', '--secret', SECRET, '--tolerance', '1000000000', ...flags]
  const good = run({ args, stdin: body })
  expect(await good.ended).toBe(0)
  const bad = run({ args, stdin: `${body} ` })
  expect(await bad.ended).toBe(1)
  expect(bad.stderr()).toContain('signature: no signature fits')
})

describe('doctor', () => {
  const at = Date.parse('2026-01-01T00:00:00.000Z')
  const healthy = (date = at) => new Response('{}', { headers: { date: new Date(date).toUTCString() } })
  const answers = (more: object = {}) => ({
    '/healthz': [healthy()],
    '/readyz': [healthy()],
    '/v1/job-types': [json(200, { data: [{}] })],
    '/openapi.json': [json(200, { servers: [{ url: 'http://public.test' }] })],
    ...more,
  })

  test('finds nothing wrong where all is well, and asks the public URL without the key', async () => {
    const { ended, stdout, asked } = run({ args: ['doctor'], answers: answers() })
    expect(await ended).toBe(0)
    expect(stdout().match(/^ok /gm)).toHaveLength(5)
    const open = asked.find(({ url }) => url.startsWith('http://public.test'))
    expect(open?.headers.has('authorization')).toBe(false)
  })

  test.each([
    ['a service that is not there', { '/healthz': [new TypeError('fetch failed')] }, 1, 'no answer'],
    ['a bad key', { '/v1/job-types': [problem(401, 'unauthorized')] }, 4, 'unauthorized'],
    ['a wrong clock', { '/healthz': [healthy(), healthy(at - 400_000), healthy()] }, 1, '400 s ahead of'],
    ['a public URL that leads nowhere', { '/healthz': [healthy(), healthy(), new TypeError('fetch failed')] }, 1, 'PUBLIC_URL'],
  ])('tells %s', async (_, more, code, words) => {
    const { ended, stdout } = run({ args: ['doctor'], answers: answers(more) })
    expect(await ended).toBe(code)
    expect(stdout()).toContain(words)
  })
})
