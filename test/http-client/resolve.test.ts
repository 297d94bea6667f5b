import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemResolve } from '../../src/http-client/resolve.ts'
import { type TestClock, testClock, until } from '../support/clock.ts'
import { type AnswerName, startTestDns, type TestDns } from '../support/test-dns.ts'

/** Names under `.test`: what the name server makes of each is in its first label. */
const answers: AnswerName = (name, type) => {
  switch (name.split('.')[0]) {
    case 'both':
      return { addresses: ['192.0.2.1', '2001:db8::1'] }
    case 'v6':
      return { addresses: ['2001:db8::1'] }
    case 'alias':
      return { alias: 'both.test', addresses: ['192.0.2.1'] }
    case 'many':
      return { addresses: Array.from({ length: 500 }, (_, n) => `10.0.${n >> 8}.${n & 255}`) }
    case 'half':
      return type === 'A' ? { addresses: ['192.0.2.1'] } : { code: 'SERVFAIL' }
    case 'broken':
      return { code: 'SERVFAIL' }
    case 'only4':
      return type === 'A' ? { addresses: ['192.0.2.1'] } : { silent: true }
    case 'only6':
      return type === 'AAAA' ? { addresses: ['2001:db8::1'] } : { silent: true }
    case 'silent':
      return { silent: true }
    default:
      return { code: 'NXDOMAIN' }
  }
}

async function resolving({
  hosts = '',
  config = '',
} = {}): Promise<{ resolve: ReturnType<typeof systemResolve>; dns: TestDns; clock: TestClock }> {
  const clock = testClock()
  const folder = await mkdtemp(join(tmpdir(), 'ringback-'))
  const dns = await startTestDns(answers)
  onTestFinished(async () => {
    await dns.close()
    await rm(folder, { recursive: true })
  })
  const [hostsFile, configFile] = [join(folder, 'hosts'), join(folder, 'resolv.conf')]
  await writeFile(hostsFile, hosts)
  await writeFile(configFile, config)
  return { resolve: systemResolve({ clock, hostsFile, configFile, servers: [`127.0.0.1:${dns.port}`] }), dns, clock }
}

test('the addresses of both families come together', async () => {
  const { resolve } = await resolving()
  expect(await resolve('both.test')).toEqual(['192.0.2.1', '2001:db8::1'])
  expect(await resolve('v6.test')).toEqual(['2001:db8::1'])
  expect(await resolve('alias.test')).toEqual(['192.0.2.1'])
  expect(await resolve('Both.Test.')).toHaveLength(2)
})

test('all of 500 addresses are told, or a forbidden one could hide behind the others', async () => {
  const { resolve } = await resolving()
  expect(await resolve('many.test')).toHaveLength(500)
})

test('one family is enough when the other cannot be answered', async () => {
  const { resolve } = await resolving()
  expect(await resolve('half.test')).toEqual(['192.0.2.1'])
})

test.each([
  ['AAAA', 'only4.test', '192.0.2.1'],
  ['A', 'only6.test', '2001:db8::1'],
])('a question for %s that nobody answers holds up the other family for 50 ms only', async (_type, name, address) => {
  const { resolve, dns, clock } = await resolving()
  let found: readonly string[] | null = null
  void resolve(name).then((addresses) => {
    found = addresses
  })
  await until('it was asked', () => dns.asked(name) === 1)
  await until('the clock counts for the other family', () => clock.pending() === 1)
  await clock.push(49)
  expect(found).toBeNull()
  await clock.push(1)
  expect(found).toEqual([address])
})

test.each(['absent.test', 'broken.test', `${'x'.repeat(64)}.test`])('%s rejects', async (name) => {
  const { resolve } = await resolving()
  await expect(resolve(name)).rejects.toThrow()
})

test('the hosts file comes before the name servers', async () => {
  const { resolve, dns } = await resolving({ hosts: '127.0.0.1 localhost\n10.0.0.5\tboth.test other.test # ours\nfd00::5 Both.test\n' })
  expect(await resolve('both.test')).toEqual(['10.0.0.5', 'fd00::5'])
  expect(dns.asked('both.test')).toBe(0)
})

test.each(['localhost', 'LOCALHOST.', 'a.localhost'])('%s is loopback, whatever the name servers say', async (name) => {
  const { resolve } = await resolving()
  expect(await resolve(name)).toEqual(['127.0.0.1', '::1'])
})

test('search domains complete a name without a dot first, and one with dots last', async () => {
  const { resolve, dns } = await resolving({ config: 'domain old.test\nsearch absent.test. test\n' })
  expect(await resolve('both')).toHaveLength(2)
  expect(dns.asked('both.absent.test')).toBe(1)
  expect(dns.asked('both')).toBe(0)
  expect(await resolve('both.test')).toHaveLength(2)
  await expect(resolve('absent.there')).rejects.toThrow()
  expect(dns.asked('absent.there')).toBe(1)
  expect(dns.asked('absent.there.test')).toBe(1)
  await expect(resolve('absent.there.')).rejects.toThrow()
  expect(dns.asked('absent.there.test')).toBe(1)
})

test('names that hang hold up no other', async () => {
  const { resolve } = await resolving()
  for (let n = 0; n < 64; n++) resolve(`silent.${n}.test`).catch(() => {})
  expect(await resolve('both.test')).toHaveLength(2)
})

test('a look-up under way is shared, a finished one is not kept', async () => {
  const { resolve, dns } = await resolving()
  const first = resolve('both.test')
  expect(resolve('both.test')).toBe(first)
  await first
  expect(dns.asked('both.test')).toBe(1)
  await resolve('both.test')
  expect(dns.asked('both.test')).toBe(2)
})
