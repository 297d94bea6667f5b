/** The real binary against the real service. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type CommandEnd, runCommand } from '../support/command.ts'
import { setUp, sharedService } from '../support/e2e.ts'
import { ADMIN_KEY } from '../support/service.ts'
import { ALONE } from '../support/topologies.ts'

describe('over one service', () => {
  const shared = sharedService(ALONE)
  const ringback = (args: readonly string[], env: Record<string, string> = {}): Promise<CommandEnd> => {
    const { service, folder } = shared()
    const own = { RINGBACK_URL: service.url, RINGBACK_API_KEY: ADMIN_KEY, XDG_CONFIG_HOME: join(folder, 'config') }
    return runCommand(args, { ...own, ...env })
  }

  test('a job is submitted, waited for, and its result printed and saved to the byte', async () => {
    const { folder } = shared()
    const payload = '{"text":"Grüße \\u001b[31m","list":[1,2.50]}'
    await writeFile(join(folder, 'payload.json'), payload)
    const waited = await ringback(['jobs', 'submit', 'e2e.echo', '--payload', `@${join(folder, 'payload.json')}`, '--wait', '--json'])
    expect(waited.code).toBe(0)
    const { id, status, result } = JSON.parse(waited.stdout)
    expect({ status, result }).toEqual({ status: 'completed', result: JSON.parse(payload) })
    const saved = await ringback(['jobs', 'result', id, '-o', join(folder, 'result')])
    expect(saved).toMatchObject({ code: 0, stdout: '' })
    const printed = await ringback(['jobs', 'result', id])
    expect(printed.stdout).toBe(await readFile(join(folder, 'result'), 'utf8'))
    expect(JSON.parse(printed.stdout)).toEqual(JSON.parse(payload))
  })

  test.each([
    [3, ['jobs', 'submit', 'e2e.fail', '--max-attempts', '1', '--wait'], 'out_of_paper'],
    [6, ['jobs', 'submit', 'e2e.gate', '--payload', '{"open":"/nonexistent/gate"}', '--wait=0'], 'is still'],
    [1, ['jobs', 'submit', 'e2e.nothing'], 'unknown_job_type'],
    [5, ['jobs', 'get', 'job_nothing'], 'job_nothing'],
    [5, ['deliveries', 'get', 'dlv_nothing'], 'dlv_nothing'],
    [5, ['events', 'list', '--after', `evt_${'0'.repeat(32)}`], 'cursor_expired'],
    [2, ['jobs', 'sbmit'], 'did you mean submit?'],
    [2, ['jobs', 'list', '--stauts', 'x'], 'did you mean --status?'],
    [2, ['jobs', 'list', '--limit', '101'], 'from 1 to 100'],
    [2, ['dead-letters', 'replay'], '--yes'],
  ])('exits with %i from %j', async (code, args, words) => {
    const end = await ringback(args)
    expect(end).toMatchObject({ code, stderr: expect.stringContaining(words) })
  })

  test('a job that is canceled while it runs: 0 from cancel, 7 from the wait for it', async () => {
    const { service } = shared()
    const { stdout } = await ringback(['jobs', 'submit', 'e2e.gate', '--payload', '{"open":"/nonexistent/gate"}'])
    const id = stdout.trim()
    await service.api.jobUntil(id, ({ status }) => status === 'running')
    expect(await ringback(['jobs', 'cancel', id])).toMatchObject({ code: 0 })
    expect(await ringback(['jobs', 'wait', id, '--json'])).toMatchObject({
      code: 7,
      stdout: expect.stringContaining('"status":"canceled"'),
    })
  })

  test('a key that is not good is 4, a service that is not there is 1, each in one line or one document', async () => {
    const bad = await ringback(['jobs', 'list'], { RINGBACK_API_KEY: 'bad' })
    expect(bad).toMatchObject({ code: 4, stdout: '', stderr: expect.stringMatching(/^ringback: [^\n]+\n$/) })
    const gone = await ringback(['jobs', 'list', '--json'], { RINGBACK_URL: 'http://127.0.0.1:1' })
    expect(gone).toMatchObject({ code: 1, stdout: '' })
    expect(JSON.parse(gone.stderr)).toMatchObject({ code: 'network_error' })
    const usage = await ringback(['jobs', 'list', '--nothing', '--json'])
    expect(usage).toMatchObject({ code: 2, stdout: '' })
    expect(JSON.parse(usage.stderr)).toMatchObject({ code: 'usage' })
  })

  test('tenants, keys, endpoints and secrets are made, listed and taken away', async () => {
    const made = async (...args: string[]) => JSON.parse((await ringback([...args, '--json'])).stdout)
    const tenant = await made('tenants', 'create', 'acme', '--pending-jobs', '5')
    const key = await made('keys', 'create', tenant.id, '--scope', 'jobs:read', '--scope', 'callbacks:read')
    expect(await ringback(['jobs', 'list'], { RINGBACK_API_KEY: key.key })).toMatchObject({ code: 0 })
    expect(await ringback(['tenants', 'list'], { RINGBACK_API_KEY: key.key })).toMatchObject({ code: 4 })
    expect(await ringback(['keys', 'revoke', key.id])).toMatchObject({ code: 0 })
    expect(await ringback(['jobs', 'list'], { RINGBACK_API_KEY: key.key })).toMatchObject({ code: 4 })
    const endpoint = await made('endpoints', 'create', shared().receiver.url('/ep'), '--event', 'job.failed')
    expect(await made('endpoints', 'test', endpoint.id)).toMatchObject({ delivered: true })
    expect(await made('endpoints', 'update', endpoint.id, '--status', 'disabled')).toMatchObject({ status: 'disabled' })
    expect(await ringback(['endpoints', 'delete', endpoint.id])).toMatchObject({ code: 0 })
    const { stdout: secret } = await ringback(['secret', 'show'])
    expect(await made('secret', 'rotate', '--overlap', '60')).toMatchObject({ previous: secret.trim() })
  })

  test('doctor finds nothing wrong, login keeps the key, and the next command needs no variable', async () => {
    expect(await ringback(['doctor'])).toMatchObject({ code: 0, stdout: expect.not.stringContaining('wrong') })
    expect(await ringback(['login'])).toMatchObject({ code: 0 })
    expect(await ringback(['jobs', 'list'], { RINGBACK_URL: '', RINGBACK_API_KEY: '' })).toMatchObject({ code: 0 })
  })
})

test('a dead letter is counted, shown and replayed', async () => {
  const { start, receiver, folder } = await setUp()
  receiver.answer(() => ({ status: 410 }))
  const service = await start()
  const env = { RINGBACK_URL: service.url, RINGBACK_API_KEY: ADMIN_KEY, XDG_CONFIG_HOME: join(folder, 'config') }
  const ringback = (...args: string[]) => runCommand(args, env)
  await ringback('jobs', 'submit', 'e2e.echo', '--callback-url', receiver.url('/hook'), '--wait')
  const dead = async () => JSON.parse((await ringback('dead-letters', 'list', '--json')).stdout).data
  await expect.poll(async () => (await dead()).length, { timeout: 60_000 }).toBe(1)
  const [{ id }] = await dead()
  expect((await ringback('deliveries', 'get', id)).stdout).toMatch(/^1 +\S+ +\d+ +410/m)
  expect(await ringback('dead-letters', 'replay', '--dry-run')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 +gone/m) })
  receiver.answer(() => ({ status: 200 }))
  expect(await ringback('dead-letters', 'replay', '--yes')).toMatchObject({ code: 0, stdout: '1 are sent again\n' })
  await receiver.received(2)
})

test('backup and restore tell what they did as JSON', async () => {
  const { start, folder, dataDir } = await setUp()
  const service = await start()
  const file = join(folder, 'backup.db')
  const backup = await runCommand(['backup', file, '--json'], { DATA_DIR: dataDir })
  expect(JSON.parse(backup.stdout)).toMatchObject({ file, jobs: 0 })
  await service.stop()
  await mkdir(join(folder, 'restored'))
  const restored = await runCommand(['restore', file, '--json'], { DATA_DIR: join(folder, 'restored') })
  expect(JSON.parse(restored.stdout)).toMatchObject({ jobs: 0, advice: expect.stringContaining('master key') })
  const again = await runCommand(['backup', file, '--json'], { DATA_DIR: dataDir })
  expect(again).toMatchObject({ code: 1, stdout: '' })
  expect(JSON.parse(again.stderr).detail).toContain('is there already')
})
