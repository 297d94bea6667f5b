/** What holds for every command that speaks with a service, as tables over the commands there are. */
import { expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { ENDPOINT_EVENT_TYPES } from '../../src/domain/endpoint.ts'
import { SCOPES } from '../../src/domain/tenant.ts'
import { appWorld } from '../http/app-world.ts'
import { problem, type RunOptions, run, type Scripted } from './program.ts'

/** Flags that a command cannot do without. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'dead-letters replay': ['--yes'],
  listen: ['--forward-to', 'http://local.test'],
  login: ['--url', 'http://ringback.test', '--key', 'key-1'],
  'keys create': ['--scope', 'jobs:read'],
  'endpoints update': ['--status', 'enabled'],
  'tenants update': ['--name', 'other'],
}
/** Asked of every command with `NEEDED`, each answer the same. */
const asking = ({ path, args = [] }: (typeof COMMANDS)[number], answer: Scripted, more: readonly string[] = []): RunOptions => ({
  args: [...path.split(' '), ...args.filter((one) => one.startsWith('<')).map(() => 'x_1'), ...(NEEDED[path] ?? []), ...more],
  answers: new Proxy({}, { get: () => [answer] }),
})
const rows = COMMANDS.map((spec) => [spec.path, spec] as const)

/** Runs it to its end; what is refused while it is parsed is told by its message. */
async function endOf(options: RunOptions): Promise<{ code: number; stdout: string; stderr: string }> {
  const { ended, clock, stdout, stderr } = run(options)
  const settled = ended.then(
    (code) => ({ code, told: '' }),
    ({ exitCode, message }) => ({ code: Number(exitCode), told: String(message) }),
  )
  await clock.push(100_000)
  const { code, told } = await settled
  return { code, stdout: stdout(), stderr: `${stderr()}${told}` }
}

// `doctor` asks what needs no key, too: what it finds is its result, see commands.test.ts.
const withKey = rows.filter(([path]) => path !== 'doctor')

test.each(withKey)('`%s` ends with 4 for a key that is not good, and with --json says so in one document alone', async (_, spec) => {
  for (const status of [401, 403]) {
    const { code, stdout, stderr } = await endOf(asking(spec, problem(status, 'not_allowed'), ['--json']))
    expect([code, stdout, JSON.parse(stderr)]).toEqual([4, '', expect.objectContaining({ status, code: 'not_allowed' })])
  }
})

test.each(rows)('`%s` ends with 5 where what is asked for is not there, and with 1 where no service is', async (_, spec) => {
  const isDoctor = spec.path === 'doctor'
  expect((await endOf(asking(spec, problem(404, 'not_found')))).code).toBe(isDoctor ? 1 : 5)
  const gone = await endOf(asking(spec, new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })))
  expect(gone.code).toBe(1)
  expect(`${gone.stdout}${gone.stderr}`).toContain('no answer from http://ringback.test')
})

test.each(rows)('`%s` ends with 2 for a flag that is misspelled, and names the one that was meant', async (_, spec) => {
  const { code, stderr } = await endOf(asking(spec, problem(404, 'not_found'), ['--jsn']))
  expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean --json?')])
})

/** Commands that read a list, by the route that they read. */
const LISTS = {
  'jobs list': '/v1/jobs',
  'deliveries list': '/v1/deliveries',
  'dead-letters list': '/v1/dead-letters',
  'dead-letters summary': '/v1/dead-letters/summary',
  'events list': '/v1/events',
  'events tail': '/v1/events/stream',
  'endpoints list': '/v1/endpoints',
  'keys list': '/v1/tenants/{id}/api-keys',
  'tenants list': '/v1/tenants',
}
/** Of the API, and no flag: it is held by `tail` alone; there is no other status; these lists are the operator's own. */
const NO_FLAG = ['events list wait', 'dead-letters list status', 'dead-letters summary status', 'keys list tenant', 'tenants list tenant']

/** Members of a submit that a flag has another name for, or an argument. */
const SUBMIT_FLAGS: Readonly<Record<string, string>> = {
  type: '<TYPE>',
  callback: '--callback-header',
  timeout_seconds: '--timeout',
  tags: '--tag',
}

test('every filter of a list, and every member of a submit, has its flag', async () => {
  await using a = await appWorld()
  const { paths, components } = (await a.ask('GET', '/openapi.json', { key: null })).json
  const takenBy = (path: string) => {
    const { args = [], options = [] } = COMMANDS.find((spec) => spec.path === path) ?? {}
    return [...args, ...options.map(({ flags }) => /--[\w-]+/.exec(flags)?.[0])]
  }
  for (const [command, route] of Object.entries(LISTS)) {
    const names: string[] = (paths[route].get.parameters ?? []).flatMap(({ in: place, name }: { in: string; name: string }) =>
      place === 'query' ? name : [],
    )
    const flags = names.filter((name) => !NO_FLAG.includes(`${command} ${name}`)).map((name) => `--${name.replaceAll('_', '-')}`)
    expect(takenBy(command), command).toEqual(expect.arrayContaining(flags))
  }
  const members = Object.keys(components.schemas.SubmitJob.properties)
  const flags = members.map((name) => SUBMIT_FLAGS[name] ?? `--${name.replaceAll('_', '-')}`)
  expect(takenBy('jobs submit')).toEqual(expect.arrayContaining(flags))
})

/** Groups whose commands are the routes, and how many there are. */
const ROUTES = {
  endpoints: { under: /^\/v1\/endpoints/, commands: 7 },
  secret: { under: /^\/v1\/signing-secret/, commands: 2 },
  keys: { under: /^\/v1\/(?:tenants\/\{id\}\/api-keys|api-keys)/, commands: 3 },
  tenants: { under: /^\/v1\/tenants(?!\/\{id\}\/api-keys)/, commands: 4 },
}

test('endpoints, secret, keys and tenants have a command for every route', async () => {
  await using a = await appWorld()
  const { paths } = (await a.ask('GET', '/openapi.json', { key: null })).json
  for (const [group, { under, commands }] of Object.entries(ROUTES)) {
    const routes = Object.entries<object>(paths).flatMap(([path, methods]) => (under.test(path) ? Object.keys(methods) : []))
    expect(routes, group).toHaveLength(commands)
    expect(
      COMMANDS.filter(({ path }) => path.startsWith(`${group} `)),
      group,
    ).toHaveLength(commands)
  }
})

test('the help names every scope of a key, and every event that an endpoint can ask for', () => {
  const helpOf = (path: string) =>
    COMMANDS.find((spec) => spec.path === path)
      ?.options?.map(({ about }) => about)
      .join(' ')
  for (const scope of SCOPES) expect(helpOf('keys create')).toMatch(new RegExp(`\\b${scope}(?=[,; ])`))
  for (const event of ENDPOINT_EVENT_TYPES) expect(helpOf('endpoints create')).toContain(event)
})
