import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/config/config-error.ts'
import { loadConfig } from '../../src/config/load.ts'
import { type Env, settingsOf } from '../../src/config/setting.ts'
import { SETTINGS } from '../../src/config/settings.ts'

const KEY = `${'k'.repeat(31)}1`
const CANARY = 'canary-canary-canary-canary-canary'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringback-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** The one line a refused start shows. */
function refusal(env: Env): string {
  try {
    loadConfig(env)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    const { message } = error as ConfigError
    expect(message).not.toContain('\n')
    return message
  }
  throw new Error('the configuration was accepted')
}

function isTaken(env: Env): boolean {
  try {
    loadConfig(env)
    return true
  } catch {
    return false
  }
}

describe('without any variable', () => {
  test('the defaults are those of the contract', () => {
    const { dataDir, handlers, ...config } = loadConfig({})
    expect(config).toEqual({
      role: 'all',
      dashboard: true,
      redisUrl: null,
      database: { target: null, groups: 2, prepare: true, allowUnsafe: false },
      server: { host: '127.0.0.1', port: 3000, publicUrl: null, corsOrigins: [] },
      job: { concurrency: 16, timeoutMs: 600_000, maxAttempts: 3, upstreamPatienceMs: 3_600_000 },
      callback: {
        concurrency: 256,
        concurrencyPerDestination: 64,
        timeoutMs: 15_000,
        breaker: true,
        schedule: [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000],
        jitter: 0.2,
        allow: [],
        httpsOnly: false,
        ca: null,
      },
      maxBody: 1_048_576,
      maxResult: 16_777_216,
      retentionMs: 2_592_000_000,
      logLevel: 'info',
      shutdownTimeoutMs: 20_000,
      warnings: [],
      secrets: { adminApiKey: null, masterKey: null },
    })
    expect(handlers).toMatchObject({ upstreams: [], threads: Math.max(2, availableParallelism()), memory: 512 * 1024 * 1024 })
    expect(isAbsolute(dataDir) && dataDir.endsWith('/data')).toBe(true)
  })

  test('the default schedule is ten tries in 75 h 35 m', () => {
    const { schedule } = loadConfig({}).callback
    expect(schedule.length + 1).toBe(10)
    expect(schedule.reduce((sum, wait) => sum + wait)).toBe((75 * 60 + 35) * 60_000 + 5_000)
  })

  test('the examples are the handlers', () => {
    expect(loadConfig({}).handlers.dir).toMatch(/\/examples\/handlers$/)
  })
})

test('an empty variable counts as not set, unknown names too', () => {
  expect(loadConfig({ PORT: '', CALLBACK_RETRY_SCHEDULE: '', CALLBACK_TYPO: '', UPSTREAMS: '' })).toEqual(loadConfig({}))
})

describe('values', () => {
  test.each([
    [{ PORT: '0' }, { server: { port: 0 } }],
    [{ HOST: '::1' }, { server: { host: '::1' } }],
    [{ CORS_ORIGINS: '*' }, { server: { corsOrigins: ['*'] } }],
    [{ CORS_ORIGINS: 'HTTPS://App.example:443, app://shell' }, { server: { corsOrigins: ['https://app.example', 'app://shell'] } }],
    [{ JOB_TIMEOUT: '250ms' }, { job: { timeoutMs: 250 } }],
    [{ JOB_TIMEOUT: '1.5h' }, { job: { timeoutMs: 5_400_000 } }],
    [{ RETENTION: '1s' }, { retentionMs: 1000 }],
    [{ SHUTDOWN_TIMEOUT: '0s' }, { shutdownTimeoutMs: 0 }],
    [{ MAX_BODY: '64KiB' }, { maxBody: 65_536 }],
    [{ MAX_BODY: '2 MiB' }, { maxBody: 2_097_152 }],
    [{ MAX_RESULT: '4096' }, { maxResult: 4096 }],
    [{ CALLBACK_HTTPS_ONLY: 'true' }, { callback: { httpsOnly: true } }],
    [
      { CALLBACK_ALLOW: 'loopback, 10.0.0.0/8,fd00::/8,hooks.internal' },
      { callback: { allow: ['loopback', '10.0.0.0/8', 'fd00::/8', 'hooks.internal'] } },
    ],
    [{ PUBLIC_URL: 'https://jobs.example/base/' }, { server: { publicUrl: 'https://jobs.example/base' } }],
    [{ PUBLIC_URL: 'HTTP://Jobs.Example:80' }, { server: { publicUrl: 'http://jobs.example' } }],
    [{ CALLBACK_RETRY_SCHEDULE: '1s, 2s' }, { callback: { schedule: [1000, 2000], jitter: 0.2 } }],
    [{ CALLBACK_RETRY_SCHEDULE: 'none', CALLBACK_RETRY_JITTER: '0' }, { callback: { schedule: [], jitter: 0 } }],
    [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
    [{ ROLE: 'all' }, {}],
    [{ CALLBACK_BREAKER: 'off' }, { callback: { breaker: false } }],
    [
      { UPSTREAMS: 'a.b=http://127.0.0.1:9/x?y=1,c=https://example.com' },
      {
        handlers: {
          upstreams: [
            { type: 'a.b', url: 'http://127.0.0.1:9/x?y=1' },
            { type: 'c', url: 'https://example.com/' },
          ],
          dir: null,
        },
      },
    ],
  ])('%o is read as %o', (env, expected) => {
    expect(loadConfig(env)).toMatchObject(expected)
  })

  test.each([
    ['HOST', 'two words'],
    ['HOST', '1.2.3'],
    ['PORT', '65536'],
    ['PORT', '3000x'],
    ['PORT', '-1'],
    ['PUBLIC_URL', 'jobs.example'],
    ['PUBLIC_URL', 'ftp://jobs.example'],
    ['PUBLIC_URL', 'https://jobs.example/?a=b'],
    ['PUBLIC_URL', 'https://jobs.example/#top'],
    ['PUBLIC_URL', 'https://user:pass@jobs.example'],
    ['JOB_CONCURRENCY', '0'],
    ['JOB_CONCURRENCY', '1e3'],
    ['JOB_TIMEOUT', '10'],
    ['JOB_TIMEOUT', '0s'],
    ['JOB_TIMEOUT', '25d'],
    ['JOB_TIMEOUT', '10 minutes'],
    ['JOB_MAX_ATTEMPTS', '0'],
    ['CALLBACK_CONCURRENCY', '-5'],
    ['CALLBACK_TIMEOUT', 'soon'],
    ['CALLBACK_RETRY_SCHEDULE', '5s,,5m'],
    ['CALLBACK_RETRY_SCHEDULE', '5s,5'],
    ['CALLBACK_RETRY_JITTER', '20%'],
    ['CALLBACK_RETRY_JITTER', '1.1'],
    ['CALLBACK_RETRY_JITTER', '-0.1'],
    ['CALLBACK_ALLOW', '10.0.0.0/33'],
    ['CALLBACK_ALLOW', '10.0.0/8'],
    ['CALLBACK_ALLOW', 'http://internal'],
    ['CALLBACK_HTTPS_ONLY', 'yes'],
    ['CALLBACK_BREAKER', 'yes'],
    ['MAX_BODY', '1 MB'],
    ['MAX_BODY', '10'],
    ['MAX_RESULT', '1TiB'],
    ['RETENTION', '999ms'],
    ['RETENTION', 'forever'],
    ['LOG_LEVEL', 'loud'],
    ['SHUTDOWN_TIMEOUT', '20'],
    ['UPSTREAMS', 'http://127.0.0.1'],
    ['UPSTREAMS', 'a=ftp://127.0.0.1'],
    ['UPSTREAMS', 'a=http://x,a=http://y'],
    ['UPSTREAMS', `a=http://user:${CANARY}@127.0.0.1`],
    ['HANDLERS_DIR', '/nowhere/at/all'],
    ['CALLBACK_CA', '/nowhere/ca.pem'],
    ['ADMIN_API_KEY', 'short'],
    ['ADMIN_API_KEY', `${CANARY} with space`],
    ['MASTER_KEY', 'short'],
    ['ROLE', 'worker'],
    ['DATABASE_URL', `postgres://u:${CANARY}@127.0.0.1/db`],
    ['DATABASE_URL', `mysql://u:${CANARY}@127.0.0.1/db`],
    ['DATABASE_UNSAFE', 'yes'],
    ['REDIS_URL', `http://:${CANARY}@127.0.0.1`],
    ['REDIS_URL', `redis://`],
    ['ROLE', 'boss'],
    ['CALLBACK_TIMEOUTS', '5s'],
    ['JOB_', '1'],
    ['JOB_UPSTREAM_PATIENCE', 'for ever'],
    ['HANDLER_DIR', '/srv/handlers'],
    ['HANDLERS', '/srv/handlers'],
    ['UPSTREAM', 'a=http://127.0.0.1'],
    ['UPSTREAMS_FILES', '/srv/upstreams.json'],
    ['UPSTREAMS', 'a b=http://127.0.0.1'],
    ['UPSTREAMS_FILE', '/nowhere/upstreams.json'],
    ['RINGBACK_PORT', '1'],
  ])('%s=%s is refused in one line that names it and shows no secret', (name, value) => {
    const line = refusal({ [name]: value })
    expect(line.startsWith(`${name} `)).toBe(true)
    expect(line).not.toContain(CANARY)
  })
})

test.each([
  ['HANDLER_DIR', 'HANDLERS_DIR'],
  ['UPSTREAM', 'UPSTREAMS'],
  ['JOB_TIMEOUTS', 'JOB_TIMEOUT'],
  ['CALLBACK_RETRY_SHEDULE', 'CALLBACK_RETRY_SCHEDULE'],
])('the refusal of %s asks whether %s was meant', (name, meant) => {
  expect(refusal({ [name]: CANARY })).toBe(`${name} is not a setting; did you mean ${meant}?`)
})

test("the client's own variables stop no start", () => {
  expect(loadConfig({ RINGBACK_URL: 'http://127.0.0.1:3000', RINGBACK_API_KEY: KEY })).toMatchObject({ server: { port: 3000 } })
})

describe('a role', () => {
  const redis = { REDIS_URL: 'redis://127.0.0.1:6379/2' }

  test('other than all needs Redis', () => {
    for (const role of ['api', 'worker']) expect(refusal({ ROLE: role })).toBe(`ROLE is ${role}, which needs REDIS_URL`)
    expect(loadConfig({ ROLE: 'api', ...redis })).toMatchObject({ role: 'api', redisUrl: redis.REDIS_URL, server: { port: 3000 } })
    expect(loadConfig(redis)).toMatchObject({ role: 'all', redisUrl: redis.REDIS_URL })
  })

  test('of a worker listens only where it is told to', () => {
    expect(loadConfig({ ROLE: 'worker', ...redis }).server.port).toBeNull()
    expect(loadConfig({ ROLE: 'worker', PORT: '3001', ...redis }).server.port).toBe(3001)
  })
})

describe('every variable', () => {
  const names = settingsOf(SETTINGS).flatMap(({ name, isSecret }) => (isSecret ? [name, `${name}_FILE`] : [name]))

  test.each([...names, 'CALLBACK_X', 'JOB_X', 'RINGBACK_X'])(
    '%s takes a value that is none of its kind, or refuses it in one line that names it and does not show it',
    (name) => {
      for (const value of ['canary, canary', 'canary:canary', '-1canary', '9'.repeat(400), 'http://canary:canary@[canary']) {
        if (isTaken({ [name]: value })) continue
        const line = refusal({ [name]: value })
        expect(line).toContain(name)
        expect(line).not.toMatch(/canary|999/)
      }
    },
  )
})

describe('secrets', () => {
  test('come from the variable or from the file it names, without the line break at its end', () => {
    expect(loadConfig({ ADMIN_API_KEY: KEY }).secrets).toEqual({ adminApiKey: KEY, masterKey: null })
    expect(loadConfig({ MASTER_KEY_FILE: file('key', `${KEY}\n`) }).secrets).toEqual({ adminApiKey: null, masterKey: KEY })
  })

  test('given both ways are a contradiction', () => {
    const line = refusal({ ADMIN_API_KEY: CANARY, ADMIN_API_KEY_FILE: file('key', CANARY) })
    expect(line).toContain('ADMIN_API_KEY_FILE')
    expect(line).not.toContain(CANARY)
  })

  test.each(['ADMIN_API_KEY_FILE', 'MASTER_KEY_FILE'])('%s that is missing or empty is refused', (name) => {
    // Somebody may have set the secret itself.
    expect(refusal({ [name]: CANARY })).toBe(`${name} names a file that cannot be read (ENOENT)`)
    expect(refusal({ [name]: file('empty', '\n') })).toBe(`${name} names an empty file`)
  })

  test('DATABASE_URL may come from a file, and needs the name and the key that all processes share', () => {
    const url = 'postgres://user:password@127.0.0.1:5432/ringback'
    const shared = { PUBLIC_URL: 'https://jobs.example', MASTER_KEY: KEY }
    const { database } = loadConfig({ DATABASE_URL_FILE: file('url', url), DATABASE_PREPARE: '0', ...shared })
    expect(database).toEqual({ target: { url, rootCertificate: null }, groups: 2, prepare: false, allowUnsafe: false })
    expect(refusal({ DATABASE_URL: url, MASTER_KEY: KEY })).toContain('PUBLIC_URL')
    expect(refusal({ DATABASE_URL: url, PUBLIC_URL: shared.PUBLIC_URL })).toContain('MASTER_KEY')
    expect(refusal({ DATABASE_URL: `${url}?sslmode=require`, ...shared })).toContain('sslmode')
    expect(refusal({ DATABASE_URL: `${url}?options=x`, ...shared })).toContain('sslrootcert only')
  })

  test('never reach the environment of handler modules', () => {
    const keyFile = file('key', KEY)
    const { handlers } = loadConfig({ ADMIN_API_KEY: KEY, MASTER_KEY_FILE: keyFile, SHOP_DB: 'postgres://shop' })
    expect(handlers.env).toEqual({ SHOP_DB: 'postgres://shop' })
  })
})

describe('settings that belong together', () => {
  test('a ceiling of one destination above the ceiling of all is refused; the default gives way', () => {
    expect(refusal({ CALLBACK_CONCURRENCY: '10', CALLBACK_CONCURRENCY_PER_DESTINATION: '11' })).toContain('CALLBACK_CONCURRENCY (10)')
    expect(loadConfig({ CALLBACK_CONCURRENCY: '10' }).callback.concurrencyPerDestination).toBe(10)
  })

  test.each(['0.0.0.0', '::', 'jobs.example', '192.168.1.5'])('HOST=%s without PUBLIC_URL is a warning', (host) => {
    expect(loadConfig({ HOST: host }).warnings).toHaveLength(1)
    expect(loadConfig({ HOST: host, PUBLIC_URL: 'https://jobs.example' }).warnings).toEqual([])
  })

  test.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('HOST=%s needs no PUBLIC_URL', (host) => {
    expect(loadConfig({ HOST: host }).warnings).toEqual([])
  })

  test('HANDLERS_DIR and UPSTREAMS can be used together', () => {
    expect(loadConfig({ HANDLERS_DIR: folder, UPSTREAMS: 'a=http://127.0.0.1' })).toMatchObject({
      handlers: { dir: folder, upstreams: [{ type: 'a' }] },
    })
  })
})

describe('UPSTREAMS_FILE', () => {
  const read = (text: string) => loadConfig({ UPSTREAMS_FILE: file('upstreams.json', text) })
  const refused = (text: string) => refusal({ UPSTREAMS_FILE: file('upstreams.json', text) })
  const refusedMembers = (members: object) => refused(JSON.stringify({ 'report.pdf': { url: 'http://127.0.0.1', ...members } }))

  test('says all there is to say of an upstream, and is enough to need no handlers', () => {
    const schema = { type: 'object', required: ['page'] }
    const members = {
      url: 'https://pdf.example/render?x=1',
      cancel_url: 'https://pdf.example/jobs/{job_id}',
      timeout: '5m',
      attempts: 5,
      concurrency: 4,
      steps: ['fetch', 'print'],
      input_schema: schema,
      headers: { Authorization: `Bearer ${CANARY}` },
    }
    const config = read(`\ufeff${JSON.stringify({ 'report.pdf': members, plain: { url: 'http://127.0.0.1:9' } })}`)
    expect(config.handlers.dir).toBeNull()
    expect(config.handlers.upstreams).toEqual([
      {
        type: 'report.pdf',
        url: 'https://pdf.example/render?x=1',
        cancelUrl: 'https://pdf.example/jobs/{job_id}',
        timeoutMs: 300_000,
        maxAttempts: 5,
        concurrency: 4,
        steps: ['fetch', 'print'],
        inputSchema: schema,
        headers: { authorization: `Bearer ${CANARY}` },
      },
      {
        type: 'plain',
        url: 'http://127.0.0.1:9/',
        cancelUrl: null,
        timeoutMs: null,
        maxAttempts: null,
        concurrency: null,
        steps: [],
        inputSchema: null,
        headers: {},
      },
    ])
    expect(Object.keys(config.handlers.env)).toEqual([])
  })

  test.each<[string, object, RegExp]>([
    ['an unknown member', { timeouts: '5m' }, /has a member that is none: "timeouts"; did you mean timeout\?$/],
    ['a URL that is none', { url: 'nowhere' }, /has url, which must be an absolute http or https URL$/],
    ['a name and password in a URL', { url: `http://u:${CANARY}@h` }, /has url, which must not have a user name or password/],
    ['a cancel URL without the id', { cancel_url: 'http://127.0.0.1/x' }, /has cancel_url, which must hold \{job_id\}$/],
    ['the id in the host of a cancel URL', { cancel_url: 'http://{job_id}.example/' }, /has cancel_url, which must hold/],
    ['a time-out without a unit', { timeout: 5 }, /has timeout, which must be a text$/],
    ['a time-out of nothing', { timeout: '0s' }, /has timeout, which must be from 1ms/],
    ['no attempts', { attempts: 0 }, /has attempts, which must be a whole number from 1 to 1000$/],
    ['half a slot', { concurrency: 0.5 }, /has concurrency, which/],
    ['a step twice', { steps: ['a', 'a'] }, /has steps, which must not repeat a name$/],
    ['a schema that is none', { input_schema: 'object' }, /has input_schema, which/],
    ['a header that is no text', { headers: { 'x-key': 7 } }, /has headers, which must be an object of strings$/],
    [
      'a hop-by-hop header',
      { headers: { Connection: CANARY } },
      /has headers, which names "Connection", which is a header that cannot be set$/,
    ],
    ['a framing header', { headers: { 'content-length': CANARY } }, /"content-length"/],
    ['a header of ours', { headers: { 'Ringback-Job-Id': CANARY } }, /"Ringback-Job-Id"/],
    ['a header of the signature', { headers: { 'webhook-id': CANARY } }, /"webhook-id"/],
    ['our trace context', { headers: { traceparent: CANARY } }, /"traceparent"/],
    ['a header that cannot be sent', { headers: { 'x-key': `${CANARY}\n` } }, /"x-key", which has a value that cannot be sent/],
  ])('%s is refused in one line that names the file, the type and the member, and no value', (_, members, words) => {
    const line = refusedMembers(members)
    expect(line).toMatch(/^UPSTREAMS_FILE .*\/upstreams\.json: report\.pdf /)
    expect(line).toMatch(words)
    expect(line).not.toContain('canary')
  })

  test.each<[string, string, RegExp]>([
    ['what is not JSON', `{"a": {"url": "${CANARY}" "b"}}`, /upstreams\.json: is not JSON/],
    ['a list', '[]', /upstreams\.json: must hold a JSON object$/],
    ['a type twice', '{"a":{"url":"http://x"},"\\u0061":{"url":"http://y"}}', /has a member twice: a$/],
    ['a header twice', '{"a":{"url":"http://x","headers":{"k":"1","k":"2"}}}', /has a member twice: a\.headers\.k$/],
    ['a type without a URL', '{"a":{}}', /: a needs a url$/],
    ['a type that is a URL', '{"a":"http://x"}', /: a must be an object with a url$/],
    ['a name that is none', '{"a b":{"url":"http://x"}}', /: a job type must be named with/],
  ])('%s is refused', (_, text, words) => {
    const line = refused(text)
    expect(line).toMatch(/^UPSTREAMS_FILE .*\/upstreams\.json: /)
    expect(line).toMatch(words)
    expect(line).not.toContain('canary')
  })

  test('takes the example of its page as it stands there', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/upstreams.md'), 'utf8')
    const [, example = ''] = /^```json\n(.+?)^```/ms.exec(page) ?? []
    expect(read(example).handlers.upstreams).toMatchObject([{ type: 'report.pdf', maxAttempts: 5, concurrency: 4 }])
  })

  test('and UPSTREAMS must not name the same type', () => {
    const path = file('upstreams.json', '{"a":{"url":"http://x"}}')
    expect(refusal({ UPSTREAMS_FILE: path, UPSTREAMS: 'a=http://y' })).toBe(
      'UPSTREAMS_FILE and UPSTREAMS both name the job type a; keep one',
    )
    expect(loadConfig({ UPSTREAMS_FILE: path, UPSTREAMS: 'b=http://y' }).handlers.upstreams.map(({ type }) => type)).toEqual(['b', 'a'])
  })
})

describe('CALLBACK_CA', () => {
  test('is read at the start', () => {
    expect(loadConfig({ CALLBACK_CA: file('ca.pem', CA) }).callback.ca).toBe(CA)
  })

  test('that holds no readable certificate is refused', () => {
    expect(refusal({ CALLBACK_CA: file('none.pem', 'hello') })).toContain('holds no certificate')
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    expect(refusal({ CALLBACK_CA: file('broken.pem', broken) })).toContain('cannot be read')
  })
})

/** Self-signed and made for this test; nothing trusts it. */
const CA = `-----BEGIN CERTIFICATE-----
MIIBhjCCAS2gAwIBAgIUSEp0Yd3KWiS3mk5MiIWpk7Q/rywwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNcmluZ2JhY2stdGVzdDAgFw0yNjExMjAxMDA1MTBaGA8yMTI2
MTAyNzEwMDUxMFowGDEWMBQGA1UEAwwNcmluZ2JhY2stdGVzdDBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABNDLpBQzV8fUYZWjN2jZPRQefag4qLIcPerDp49I1VUj
aMipMF1ROjSSwzi7gu/uou2v3bWkVukLWT+wHNYhBPCjUzBRMB0GA1UdDgQWBBT7
Ymsl45MYdGZ/+lRKtcZP4TI2HDAfBgNVHSMEGDAWgBT7Ymsl45MYdGZ/+lRKtcZP
4TI2HDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIBdmDQ0LSwV+
FBBiYnsJtS/0CszInWoctAcu6nhfI/PxAiA6JrBDLSXJE0B21eIFumjuQoYTxFM3
V/zQRGHM8rP0VA==
-----END CERTIFICATE-----
`
