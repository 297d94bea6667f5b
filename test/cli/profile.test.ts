import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { json, problem, type RunOptions, run } from './program.ts'

const TYPES = { '/v1/job-types': [json(200, { data: [] })], '/v1/jobs': [json(200, { data: [], has_more: false, next_cursor: null })] }

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ringback-cli-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function end(options: RunOptions) {
  const started = run(options)
  return { code: await started.ended, asked: started.asked, stdout: started.stdout(), stderr: started.stderr() }
}

const bare = (base: string) => ({ XDG_CONFIG_HOME: base, RINGBACK_API_KEY: '', RINGBACK_URL: '' })

test('login keeps URL and key in a file for its owner alone, and later commands take them from it', async () => {
  const base = folder()
  const login = await end({
    args: ['login', '--url', 'http://one.test', '--key', '-'],
    stdin: 'key-of-one\n',
    env: bare(base),
    answers: TYPES,
  })
  expect(login.code).toBe(0)
  const file = join(base, 'ringback/config.json')
  expect(login.stdout).toBe(`${file}\n`)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(`${login.stdout}${login.stderr}`).not.toContain('key-of-one')
  const { asked } = await end({ args: ['jobs', 'list'], env: bare(base), answers: TYPES })
  expect(asked[0]?.url).toBe('http://one.test/v1/jobs')
  expect(asked[0]?.headers.get('authorization')).toBe('Bearer key-of-one')
})

test('a key that the service does not take is not kept', async () => {
  const base = folder()
  const refused = { '/v1/job-types': [problem(401, 'unauthorized')] }
  const login = await end({ args: ['login', '--key', 'k'], env: bare(base), answers: refused })
  expect(login.code).toBe(4)
  const { asked } = await end({ args: ['jobs', 'list'], env: bare(base), answers: TYPES })
  expect(asked[0]?.headers.has('authorization')).toBe(false)
})

test('on a terminal login asks for both', async () => {
  const base = folder()
  const login = await end({ args: ['login'], terminal: true, typed: ['http://two.test', 'k2'], env: bare(base), answers: TYPES })
  expect(login.code).toBe(0)
  expect(JSON.parse(readFileSync(join(base, 'ringback/config.json'), 'utf8'))).toEqual({
    profiles: { default: { url: 'http://two.test', key: 'k2' } },
  })
})

test('profiles stand beside one another, and one that is named comes before the variables', async () => {
  const base = folder()
  await end({ args: ['login', '--url', 'http://one.test', '--key', 'k1'], env: bare(base), answers: TYPES })
  await end({ args: ['login', '--url', 'http://two.test', '--key', 'k2', '--profile', 'two'], env: bare(base), answers: TYPES })
  const named = await end({ args: ['jobs', 'list', '--profile', 'two'], env: { XDG_CONFIG_HOME: base }, answers: TYPES })
  expect(named.asked[0]?.url).toBe('http://two.test/v1/jobs')
  const both = await end({ args: ['jobs', 'list'], env: { XDG_CONFIG_HOME: base, RINGBACK_API_KEY: 'k3' }, answers: TYPES })
  expect(both.asked[0]?.headers.get('authorization')).toBe('Bearer k3')
})

test('the key of a profile goes to that profile’s service alone', async () => {
  const base = folder()
  await end({ args: ['login', '--url', 'http://one.test', '--key', 'k1'], env: bare(base), answers: TYPES })
  const { asked } = await end({ args: ['jobs', 'list'], env: { ...bare(base), RINGBACK_URL: 'http://evil.test' }, answers: TYPES })
  expect(asked[0]?.headers.has('authorization')).toBe(false)
})

test('a damaged profile file is told, and not replaced', async () => {
  const base = folder()
  await end({ args: ['login', '--url', 'http://one.test', '--key', 'k1'], env: bare(base), answers: TYPES })
  writeFileSync(join(base, 'ringback/config.json'), '{')
  const { code, stderr } = await end({ args: ['jobs', 'list'], env: bare(base), answers: TYPES })
  expect(code).toBe(1)
  expect(stderr).toContain('config.json cannot be read as profiles')
})
